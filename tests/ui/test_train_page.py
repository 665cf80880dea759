from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.stand_in import StandIn
from tests.ui.conftest import OpenPage, address
from tests.ui.engine_place import engine, openai_stand_in, tokenizer_folder
from tests.ui.run_states import NASTY, seed_run
from voicetune.examples.example import Example
from voicetune.runs.launch import Settings, confirmation_key, launch, prepare
from voicetune.ui import places, session
from voicetune.ui.parts import engine_wait
from voicetune.ui.samples import add_sample
from voicetune.ui.train import room
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples, list_examples, update_example
from voicetune.workspace.runs import list_runs

__all__ = ["engine", "openai_stand_in", "tokenizer_folder"]


def shown(at: AppTest) -> str:
    return "\n".join(
        str(element.value)
        for kind in ("title", "subheader", "markdown", "caption", "text", "error", "warning")
        for element in at.get(kind)
    )


def test_a_voice_without_examples_leads_to_the_examples(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    at = open_page("train", voice=create_dataset(ws, NASTY))
    assert not at.exception
    assert "No examples to learn from yet" in shown(at)
    at.button(key="add").click().run()
    assert at.title[0].value == "Examples"


def test_the_bill_at_this_computer_is_a_time(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    assert not at.exception
    figures = {metric.label: metric.value for metric in at.metric}
    assert figures["Price"] == "Free"
    assert figures["Speed"] == "2,000 tokens/s"
    assert figures["Time"].startswith("About ")
    assert "108 examples to train on and 12 examples kept apart" in shown(at)
    assert "measured on this computer" in shown(at)
    assert at.button(key="train").label.startswith("Train: no charge, about")


def test_a_speed_that_is_not_measured_is_not_claimed(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    engine.models[0] |= {"tokens_per_second": None, "measured_at": None}
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    assert not at.exception
    figures = {metric.label: metric.value for metric in at.metric}
    assert (figures["Time"], figures["Speed"]) == ("Not known yet", "Measuring")
    assert "was measured on this computer" not in shown(at)
    assert at.button(key="train").label == "Train: no charge, time not measured yet"


def test_fewer_epochs_make_a_smaller_bill(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    assert at.number_input(key="epochs").label.startswith("Epochs (recommended: ")
    assert at.number_input(key="batch_size").label == "Batch size (recommended: 4)"
    at.number_input(key="epochs").set_value(1).run()
    assert not at.exception
    assert "× 1 [epoch]" in shown(at)


def test_every_setting_is_explained(open_page: OpenPage, ws: Workspace, engine: StandIn) -> None:
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    numbers = [
        at.number_input(key=key)
        for key in ("epochs", "batch_size", "learning_rate_multiplier", "seed")
    ]
    for setting in (*numbers, at.text_input(key="suffix")):
        assert "recommended" in setting.label
        assert "show=glossary" in setting.help


@pytest.mark.parametrize("wanted", [True, False])
def test_the_best_epoch_is_kept_unless_a_person_does_not_want_it(
    open_page: OpenPage,
    ws: Workspace,
    engine: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    wanted: bool,
) -> None:
    asked: list[Settings] = []
    monkeypatch.setattr(room, "confirm", lambda *given: asked.append(given[2]))
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    choice = at.toggle(key="early_stopping")
    assert choice.value is True
    assert "the one that did best there becomes yours" in shown(at)
    choice.set_value(wanted).run()
    at.button(key="train").click().run()
    assert not at.exception
    assert [settings.early_stopping for settings in asked] == [wanted]


def test_early_stopping_is_offered_only_where_it_can_be(
    open_page: OpenPage,
    ws: Workspace,
    engine: StandIn,
    openai_stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "today", lambda: date(2026, 12, 1))
    voice = add_sample(ws, "hiring_manager")
    at = open_page("train", voice=voice, place="openai")
    assert "early_stopping" not in [toggle.key for toggle in at.toggle]
    for example in list_examples(ws, voice):
        if example.split == "validation":
            update_example(ws, example.id, include=False)
    at = open_page("train", voice=voice)
    assert not at.exception
    assert "early_stopping" not in [toggle.key for toggle in at.toggle]


def test_broken_examples_block_training_kind_by_kind(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    voice = create_dataset(ws, "Broken")
    rows = [
        Example([{"role": f"<b>{NASTY}", "content": "Q"}]),
        Example([{"role": "user", "content": None}]),
        Example([{"role": "user", "content": "Q"}]),
        Example([]),
    ]
    add_examples(ws, voice, rows * 5, "Add")
    at = open_page("train", voice=voice)
    assert not at.exception
    assert "Not ready yet." in shown(at)
    assert "<b>" not in shown(at)
    assert len(shown(at).split("\n- ")) < 12
    at.button(key="mend").click().run()
    assert at.title[0].value == "Examples"


@pytest.mark.parametrize("place", ["local", "openai"])
def test_the_flawed_sample_is_blocked_in_words(
    open_page: OpenPage,
    ws: Workspace,
    engine: StandIn,
    openai_stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    monkeypatch.setattr(session, "today", lambda: date(2026, 12, 1))
    at = open_page("train", voice=add_sample(ws, "flawed"), place=place)
    assert not at.exception
    assert "Not ready yet." in shown(at)


def test_a_set_without_training_examples_is_said(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    from tests.unit.runs.conftest import example

    voice = create_dataset(ws, "Aside")
    add_examples(ws, voice, [example(number, "validation") for number in range(12)], "Add")
    at = open_page("train", voice=voice)
    assert not at.exception
    assert "Not ready yet." in shown(at)
    assert "train" not in {button.key for button in at.button}


def test_a_long_example_is_a_warning_and_does_not_block(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    voice = add_sample(ws, "hiring_manager")
    long = [
        {"role": "user", "content": "Tell me everything."},
        {"role": "assistant", "content": "Well, where do I begin? " * 1000},
    ]
    add_examples(ws, voice, [Example(long)], "Add")
    at = open_page("train", voice=voice)
    assert not at.exception
    assert "Ready to train." in shown(at)
    assert any("to look at first" in link.proto.label for link in at.get("page_link"))


def test_an_engine_that_is_not_up_is_said_with_its_reason(
    open_page: OpenPage, ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "local_engine_available", lambda: True)
    monkeypatch.setattr(engine_wait, "engine_trouble", lambda: "port in *use*")
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    assert not at.exception
    assert r"port in \*use\*" in at.error[0].value


def test_an_engine_that_does_not_answer_is_said(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    for _ in range(2):
        engine.fail("GET /engine", 500)
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    assert not at.exception
    assert at.error
    at.button(key="engine_again").click().run()
    assert not at.error
    assert at.metric


def test_an_engine_without_any_model_is_said(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    engine.models = []
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    assert not at.exception
    assert "VOICETUNE_STARTER" in at.error[0].value


def test_without_pytorch_only_hosted_places_are_offered(
    open_page: OpenPage, ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "local_engine_available", lambda: False)
    monkeypatch.setattr(session, "today", lambda: date(2026, 12, 1))
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    assert not at.exception
    listed = at.radio(key="choice_place").options
    assert [name.split("**")[1] for name in listed][:2] == ["My own server", "OpenAI"]


def test_openai_counts_down_to_its_end(
    open_page: OpenPage, ws: Workspace, engine: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = add_sample(ws, "hiring_manager")
    for day, words in ((date(2026, 12, 1), "in 36 days"), (date(2027, 1, 5), "in 1 day")):
        monkeypatch.setattr(session, "today", lambda day=day: day)
        at = open_page("train", voice=voice, place="openai")
        assert not at.exception
        assert "No new jobs from 6 January 2027" in at.warning[0].value
        assert at.warning[0].proto.title == f"OpenAI stops training {words}"


def test_openai_is_closed_from_its_last_day_on(
    open_page: OpenPage, ws: Workspace, engine: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "today", lambda: date(2027, 1, 6))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-not-a-key")
    at = open_page("train", voice=add_sample(ws, "hiring_manager"), place="openai")
    assert not at.exception
    assert "no new jobs since 6 January 2027" in at.error[0].value
    assert not at.metric


def test_a_typed_key_stays_in_the_session_and_can_be_changed(
    open_page: OpenPage,
    ws: Workspace,
    engine: StandIn,
    openai_stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    openai_stand_in.key = "sk-typed-once"
    monkeypatch.setattr(session, "today", lambda: date(2026, 12, 1))
    at = open_page("train", voice=add_sample(ws, "hiring_manager"), place="openai")
    at.text_input(key="key_openai").set_value(" sk-typed-once ").run()
    assert not at.exception
    figures = {metric.label: metric.value for metric in at.metric}
    assert figures["Training, once"].startswith("$")
    assert "sk-typed-once" not in str(dict(at.query_params)) + shown(at)
    home_files = [path for path in places.home().rglob("*") if path.is_file()]
    assert not any(b"sk-typed-once" in path.read_bytes() for path in home_files)
    at.button(key="forget_openai").click().run()
    assert not at.exception
    assert not at.metric
    assert at.text_input(key="key_openai").value == ""


def test_two_confirmations_of_one_dialog_make_one_run(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    voice = add_sample(ws, "hiring_manager")
    place = places.place_of("local")
    settings = Settings(n_epochs=1)
    key = confirmation_key(ws, voice, place, "voicetune-starter", settings)
    assert key == confirmation_key(ws, voice, place, "voicetune-starter", settings)
    for _ in range(2):
        run = prepare(ws, voice, place, "voicetune-starter", settings, key)
        launch(ws, run, place)
    assert len(list_runs(ws)) == 1
    assert len(engine.jobs) == 1
    assert key != confirmation_key(ws, voice, place, "voicetune-starter", settings)


def test_the_dialog_repeats_what_is_about_to_happen(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    at.number_input(key="epochs").set_value(2).run()
    at.number_input(key="batch_size").set_value(8).run()
    at.text_input(key="suffix").set_value("my_voice").run()
    at.button(key="train").click().run()
    assert not at.exception
    said = shown(at)
    assert "108 examples to train on, 12 examples kept apart, 2 epochs" in said
    assert r"With batch size 8, suffix my\_voice." in said
    assert "Your examples stay on this computer." in said
    assert not list_runs(ws)


def test_a_run_under_way_is_mentioned(open_page: OpenPage, ws: Workspace, engine: StandIn) -> None:
    voice = add_sample(ws, "hiring_manager")
    run = seed_run(ws, voice, "running", epochs_done=1.5)
    at = open_page("train", voice=voice)
    at.button(key="watch").click().run()
    assert at.title[0].value == "Progress"
    assert address(at, "run") == str(run.id)


def test_a_run_of_another_voice_is_mentioned(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    seed_run(ws, add_sample(ws, "nursery_owner"), "running", epochs_done=1.5)
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    assert not at.exception
    assert "Another voice is being trained on this computer" in shown(at)
