"""A paid place is walked through without a key; every page says so, and nothing of it counts."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.stand_in import StandIn
from tests.ui.conftest import OpenPage, address
from tests.ui.engine_place import engine, tokenizer_folder
from tests.ui.test_train_page import shown
from voicetune.runs.launch import Settings, launch, prepare
from voicetune.runs.watch import poll_run
from voicetune.ui import places, rehearsals, session
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import list_datasets
from voicetune.workspace.runs import Run, list_runs, update_run

__all__ = ["engine", "tokenizer_folder"]
ROOMS = ("start", "examples", "train", "progress", "compare")


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setattr(session, "today", lambda: date(2026, 12, 1))


@pytest.fixture
def rehearsed(open_page: OpenPage, ws: Workspace, engine: StandIn) -> AppTest:
    """The Train room with OpenAI rehearsed."""
    at = open_page("train", voice=add_sample(ws, "hiring_manager"), place="openai")
    assert at.text_input(key="key_openai")
    at.button(key="rehearse").click().run()
    assert not at.exception
    return at


def launched(ws: Workspace) -> Run:
    """Does what the dialog's button does; AppTest cannot press it."""
    place = rehearsals.rehearsal_place(places.profiles()["openai"])
    voice = list_datasets(ws)[0].id
    run = prepare(ws, voice, place, "gpt-4.1-mini-2025-04-14", Settings(n_epochs=1), "k")
    return launch(ws, run, place)


def test_a_paid_place_is_rehearsed_without_a_key_and_leaves_a_marked_run(
    rehearsed: AppTest, ws: Workspace
) -> None:
    assert not [field for field in rehearsed.text_input if field.key == "key_openai"]
    assert "only played here" in shown(rehearsed)
    rehearsed.button(key="train").click().run()
    assert "played on this computer" in shown(rehearsed)
    launched(ws)
    (run,) = list_runs(ws)
    assert (run.rehearsal, run.place, run.job_id) == (True, "openai", "ftjob-1")
    assert run.base_url.startswith("http://127.0.0.1:")
    assert list_runs(ws, rehearsals=False) == []
    place = places.place_of_run(run)
    assert place is not None
    assert place.rehearsal
    assert poll_run(ws, run, place).status == "validating_files"


@pytest.mark.parametrize("room", ROOMS)
def test_every_page_says_that_a_place_is_rehearsed(
    open_page: OpenPage,
    ws: Workspace,
    engine: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    room: str,
) -> None:
    monkeypatch.setenv(rehearsals.VARIABLE, "openai")
    at = open_page(room, voice=add_sample(ws, "hiring_manager"))
    assert not at.exception
    assert "OpenAI is only played here." in shown(at)
    at.button(key="end_rehearsal").click().run()
    assert "only played here" not in shown(at)


def test_a_rehearsed_run_is_marked_in_progress_and_is_no_result(
    rehearsed: AppTest, ws: Workspace
) -> None:
    run = launched(ws)
    rehearsed.switch_page("../../pages/progress.py").run()
    update_run(ws, run.id, status="succeeded", fine_tuned_model="ft:gpt:here::abc")
    rehearsed.button(key="end_rehearsal").click().run()
    assert "Rehearsal" in shown(rehearsed)
    rehearsed.switch_page("../../pages/compare.py").run()
    assert not rehearsed.exception
    assert "No tuned model of this voice yet" in shown(rehearsed)


def test_a_run_that_did_not_start_is_taken_to_train_with_its_settings(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    from tests.ui.run_states import seed_run

    voice = add_sample(ws, "hiring_manager")
    run = seed_run(ws, voice, "not_started", place="openai", settings={"n_epochs": 7, "seed": 3})
    at = open_page("progress", voice=voice, run=run.id)
    at.button(key="elsewhere").click().run()
    assert not at.exception
    assert at.title[0].value == "Train"
    assert at.number_input(key="epochs").value == 7
    assert at.number_input(key="seed").value == 3
    assert address(at, "voice") == str(voice)


def test_the_examples_that_a_place_complains_about_are_shown_with_the_way_to_them(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    from tests.ui.run_states import seed_run

    voice = add_sample(ws, "hiring_manager")
    run = seed_run(ws, voice, "failed", message="Line 2 has no answer, nor has line 4000")
    at = open_page("progress", voice=voice, run=run.id)
    assert not at.exception
    assert "These examples are meant" in shown(at)
    assert "Line 2: " in shown(at)
    assert "Line 4000: " not in shown(at)
