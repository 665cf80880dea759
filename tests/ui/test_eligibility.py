"""What a place answers to a key is said as soon as the place is chosen."""

import io
import zipfile
from datetime import date

import pytest

from tests.stand_in import StandIn
from tests.ui.conftest import OpenPage
from tests.ui.engine_place import engine, openai_stand_in, tokenizer_folder
from tests.ui.run_states import seed_run
from tests.ui.test_train_page import shown
from voicetune.runs.take_out import take_out
from voicetune.ui import session
from voicetune.ui.samples import add_sample
from voicetune.ui.train.eligibility import shutdown_in_words
from voicetune.workspace import chats
from voicetune.workspace.database import Workspace

__all__ = ["engine", "openai_stand_in", "tokenizer_folder"]


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "today", lambda: date(2026, 12, 1))


def test_an_account_that_trained_before_goes_on_and_sees_its_model_s_end(
    open_page: OpenPage, ws: Workspace, engine: StandIn, openai_stand_in: StandIn
) -> None:
    openai_stand_in.models = [{"id": "gpt-4.1-mini-2025-04-14", "shutdown_date": "2027-01-14"}]
    at = open_page("train", voice=add_sample(ws, "hiring_manager"), place="openai")
    assert not at.exception
    assert "accepts this key" in shown(at)
    assert "stops answering on 14 January 2027: 44 days from now" in shown(at)
    assert at.button(key="train")


def test_a_new_account_is_told_that_it_will_be_refused_and_what_to_use_instead(
    open_page: OpenPage, ws: Workspace, engine: StandIn, openai_stand_in: StandIn
) -> None:
    openai_stand_in.jobs.clear()
    at = open_page("train", voice=add_sample(ws, "hiring_manager"), place="openai")
    assert not at.exception
    titles = [warning.proto.title for warning in at.warning]
    assert "OpenAI will almost surely refuse this account" in titles
    assert "Nebius Token Factory" in shown(at)
    assert "train" not in {button.key for button in at.button}
    at.toggle(key="all_the_same_openai").set_value(True).run()
    assert at.button(key="train")
    at.button(key="train_here").click().run()
    assert at.button(key="train").label.startswith("Train: no charge")


def test_a_refused_key_is_said_and_asked_about_again(
    open_page: OpenPage, ws: Workspace, engine: StandIn, openai_stand_in: StandIn
) -> None:
    openai_stand_in.fail("GET /fine_tuning/jobs", 429, "insufficient_quota")
    at = open_page("train", voice=add_sample(ws, "hiring_manager"), place="openai")
    assert not at.exception
    assert "no credit left" in shown(at)
    assert "train" not in {button.key for button in at.button}
    at.button(key="ask_eligibility").click().run()
    assert at.button(key="train")


def test_a_key_is_asked_about_once(
    open_page: OpenPage, ws: Workspace, engine: StandIn, openai_stand_in: StandIn
) -> None:
    at = open_page("train", voice=add_sample(ws, "hiring_manager"), place="openai")
    at.number_input(key="epochs").set_value(2).run()
    assert openai_stand_in.count("GET /fine_tuning/jobs") == 1


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2027, 1, 13), "14 January 2027: 1 day from now"),
        (date(2027, 1, 14), "stopped answering on 14 January 2027"),
    ],
)
def test_a_model_s_end_is_counted_down_to_and_past(today: date, words: str) -> None:
    assert words in shutdown_in_words("OpenAI", "GPT-4.1", date(2027, 1, 14), today)


@pytest.mark.parametrize("today", [date(2026, 12, 1), date(2027, 1, 6), date(2027, 2, 1)])
def test_everything_can_be_taken_along_before_and_after_the_last_day(
    open_page: OpenPage,
    ws: Workspace,
    engine: StandIn,
    openai_stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    today: date,
) -> None:
    monkeypatch.setattr(session, "today", lambda: today)
    at = open_page("train", voice=add_sample(ws, "hiring_manager"), place="openai")
    assert not at.exception
    assert any("Take everything" in each.proto.label for each in at.get("download_button"))


def test_the_zip_holds_examples_files_reports_and_chats(ws: Workspace) -> None:
    voice = add_sample(ws, "hiring_manager")
    run = seed_run(ws, voice, "succeeded", epochs_done=2, answers=["One", "Two 🌱"])
    turn = chats.add_turn(ws, run.id, "How? \ud800", {"left": "m"})
    chats.save_answer(ws, turn, "left", "So.", state="done")
    with zipfile.ZipFile(io.BytesIO(take_out(ws))) as archive:
        names = set(archive.namelist())
        folder = next(name for name in names if name.endswith("/run.json")).rpartition("/")[0]
        assert {f"{folder}/training.jsonl", f"{folder}/validation.jsonl"} <= names
        assert b"How? \\ud800" in archive.read(f"{folder}/chats.json")
        assert b"So." in archive.read(f"{folder}/chats.json")
        examples = archive.read(next(name for name in names if name.startswith("voices/")))
        assert examples.count(b"\n") == 120
        assert b"base_url" not in archive.read(f"{folder}/run.json")
