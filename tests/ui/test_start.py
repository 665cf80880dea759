from datetime import date
from pathlib import Path

import pytest

from tests.ui.conftest import OpenPage, address
from voicetune.examples.example import Example
from voicetune.training.metrics import MetricPoint
from voicetune.training.recording import write_recording
from voicetune.ui import places
from voicetune.ui.samples import add_sample
from voicetune.ui.start import how_run
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset, get_dataset, list_datasets
from voicetune.workspace.examples import add_examples, list_examples
from voicetune.workspace.refusals import list_refusals
from voicetune.workspace.runs import create_run, update_run

NASTY = "**Bold** $x$ <b>html</b> :red[red] [link](http://x) 🌱 שלום"


def shown(at) -> str:
    return "\n".join(
        str(element.value)
        for kind in ("title", "header", "subheader", "markdown", "caption", "text")
        for element in at.get(kind)
    )


def test_first_visit_offers_samples_and_an_empty_voice(open_page: OpenPage, ws: Workspace) -> None:
    at = open_page()
    assert not at.exception
    assert at.title[0].value == "Teach a model to write like you"
    at.button(key="try_hiring_manager").click().run()
    assert not at.exception
    [voice] = list_datasets(ws)
    assert (voice.name, voice.sample, voice.included) == (
        "The hiring manager",
        "hiring_manager",
        120,
    )
    assert at.title[0].value == "Examples"
    assert address(at, "voice") == str(voice.id)


def test_a_first_visitor_in_doubt_is_led_to_the_adviser(open_page: OpenPage) -> None:
    at = open_page()
    at.button(key="to_adviser").click().run()
    assert at.title[0].value == "Should you fine-tune at all?"


def test_a_sample_comes_split_with_its_system_message(ws: Workspace) -> None:
    voice = get_dataset(ws, add_sample(ws, "nursery_owner"))
    sides = [example.split for example in list_examples(ws, voice.id)]
    assert sides.count("validation") == 9
    assert voice.system == "You are a community builder who writes on LinkedIn."


def test_the_flawed_set_keeps_its_refused_lines(ws: Workspace) -> None:
    voice = add_sample(ws, "flawed")
    assert list_refusals(ws, voice)


def test_the_same_sample_twice_gets_a_name_of_its_own(ws: Workspace) -> None:
    add_sample(ws, "nursery_owner")
    assert get_dataset(ws, add_sample(ws, "nursery_owner")).name == "The nursery owner 2"


def test_a_voice_of_ones_own_begins_empty(open_page: OpenPage, ws: Workspace) -> None:
    at = open_page()
    at.text_input[0].set_value("  Notes  from Oslo ")
    at.button(key="begin_own").click().run()
    assert not at.exception
    assert [voice.name for voice in list_datasets(ws)] == ["Notes from Oslo"]
    assert at.title[0].value == "Examples"


def test_a_voice_shows_where_it_stands_and_one_next_step(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = add_sample(ws, "hiring_manager")
    at = open_page()
    assert "120 examples. Ready to train." in shown(at)
    at.button(key=f"next_{voice}").click().run()
    assert at.title[0].value == "Train"


def test_examples_that_cannot_be_trained_on_come_first(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Broken")
    add_examples(ws, voice, [Example([{"role": "user", "content": "Q"}])] * 2, "Add")
    at = open_page()
    assert "2 examples cannot be trained on as they are." in shown(at)
    assert at.button(key=f"next_{voice}").label == "Mend them"


def test_a_trained_voice_asks_to_be_compared_until_it_changes(
    open_page: OpenPage, ws: Workspace
) -> None:
    from voicetune.examples.writing import to_jsonl

    voice = add_sample(ws, "hiring_manager")
    training = [e for e in list_examples(ws, voice) if e.split == "training"]
    run = create_run(
        ws,
        key="k",
        dataset_id=voice,
        dataset_name="The hiring manager",
        place="local",
        model="voicetune-starter",
        files={"training": to_jsonl(training)},
    )
    update_run(ws, run.id, status="succeeded", fine_tuned_model="ft:voicetune-starter:local::1")
    at = open_page()
    assert at.button(key=f"next_{voice}").label == "Compare the answers"
    assert "1 tuned model." in shown(at)
    add_examples(ws, voice, [training[0]], "Add one")
    assert open_page().button(key=f"next_{voice}").label == "Train it again"


def test_a_run_under_way_is_the_next_thing_to_look_at(open_page: OpenPage, ws: Workspace) -> None:
    voice = add_sample(ws, "hiring_manager")
    run = create_run(
        ws,
        key="k",
        dataset_id=voice,
        dataset_name="x",
        place="local",
        model="m",
        files={"training": b""},
        status="running",
    )
    at = open_page()
    at.button(key=f"next_{voice}").click().run()
    assert at.title[0].value == "Progress"
    assert address(at, "run") == str(run.id)


def test_a_name_full_of_markup_is_shown_as_it_is(open_page: OpenPage, ws: Workspace) -> None:
    create_dataset(ws, NASTY)
    at = open_page()
    assert not at.exception
    heading = at.subheader[0].value
    assert "\\*\\*Bold\\*\\*" in heading
    assert "\\$x\\$" in heading
    assert "🌱 שלום" in heading


def test_without_pytorch_the_page_says_why_there_is_no_local_engine(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "local_engine_available", lambda: False)
    at = open_page()
    assert "came without PyTorch" in shown(at)
    assert "train a small model on this computer" not in shown(at)


def test_the_adviser_answers_as_questions_are_answered(open_page: OpenPage) -> None:
    at = open_page(show="advice")
    assert "Your answer" in shown(at)
    at.button_group(key="adviser_need").set_value("voice").run()
    assert not at.exception
    assert "Fine-tune" in shown(at)
    assert "So far" in shown(at)
    at.button_group(key="adviser_texts").set_value("few").run()
    assert "Not yet: gather texts first" in shown(at)
    assert "If you had 50 to 99 good texts: Fine-tune." in shown(at)


@pytest.mark.parametrize("topic", ["models", "data", "good", "steps", "time", "cost", "loss"])
def test_every_topic_of_how_it_works_opens(open_page: OpenPage, topic: str) -> None:
    at = open_page(show="how", topic=topic)
    assert not at.exception
    assert at.radio(key="choice_topic").value == topic
    assert len(shown(at)) > 500


def test_training_data_is_shown_on_the_persons_own_row(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    messages = [
        {"role": "user", "content": "How do you do?"},
        {"role": "assistant", "content": "Søren says: *fine* 🌱"},
    ]
    add_examples(ws, voice, [Example(messages)], "Add")
    at = open_page(show="how", topic="data")
    assert not at.exception
    assert "Søren says: *fine* 🌱" in at.code[0].value
    assert "Søren says: *fine* 🌱" in [text.value for text in at.text]


def test_a_recorded_run_can_be_gone_through(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "run.json"
    points = [
        MetricPoint(step=1, epoch=0.5, train_loss=3.0),
        MetricPoint(step=2, epoch=1.0, train_loss=2.0, full_valid_loss=2.5),
        MetricPoint(step=3, epoch=2.0, train_loss=1.0, full_valid_loss=2.6),
        MetricPoint(step=4, epoch=3.0, train_loss=0.5, full_valid_loss=2.9),
    ]
    write_recording(
        path,
        points,
        {0: "Dear valued reader", 1: "Short.", 2: "Shorter.", 3: "By heart."},
        recorded=date(2026, 11, 26),
        voice="hiring_manager",
        model="voicetune-starter",
        machine="2 cores",
        seconds=100.0,
        epochs=3,
        training_examples=108,
        validation_examples=12,
        question="How long?",
        own_answer="As long as the story.",
    )
    monkeypatch.setattr(how_run, "RECORDING", path)
    at = open_page(show="how", topic="loss")
    assert not at.exception
    assert "risen for two epochs" in shown(at)
    assert "By heart." in [text.value for text in at.text]
    at.slider(key="scrub").set_value(1).run()
    assert not at.exception
    assert "Dear valued reader" in [text.value for text in at.text]
    assert "risen" not in shown(at)
    assert "1 minute 40 seconds" in shown(open_page(show="how", topic="time"))


def test_prices_carry_the_day_they_were_read(open_page: OpenPage) -> None:
    at = open_page(show="how", topic="cost")
    assert "read on" in shown(at)
    assert len(at.dataframe[0].value) >= 1


def test_the_glossary_finds_a_term(open_page: OpenPage) -> None:
    at = open_page(show="glossary")
    everything = len(at.subheader)
    at.text_input(key="glossary_find").set_value("overfit").run()
    assert 0 < len(at.subheader) < everything
    assert "overfitting" in [heading.value for heading in at.subheader]
    at.text_input(key="glossary_find").set_value("qwertz").run()
    assert "No term fits" in shown(at)


def test_an_unknown_view_in_the_address_shows_the_voices(open_page: OpenPage) -> None:
    assert open_page(show="nonsense").title[0].value == "Teach a model to write like you"
