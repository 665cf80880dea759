"""Preference pairs on the pages: made in Compare, launched on Train, followed on Progress."""

import json
from datetime import date

import pytest

from tests.stand_in import StandIn
from tests.ui.conftest import OpenPage, address
from tests.ui.engine_place import engine, openai_stand_in, tokenizer_folder
from tests.ui.run_states import NASTY, seed_run
from tests.ui.test_progress_page import read as shown
from voicetune.examples.example import REJECTED, Example
from voicetune.ui import session
from voicetune.ui.samples import add_sample
from voicetune.workspace import chats
from voicetune.workspace.database import Workspace
from voicetune.workspace.examples import add_examples, list_examples
from voicetune.workspace.history import undo
from voicetune.workspace.reports import Event, add_events
from voicetune.workspace.runs import Run
from voicetune.workspace.schema import now

__all__ = ["engine", "openai_stand_in", "tokenizer_folder"]


def pair(number: int, split: str = "training") -> Example:
    return Example(
        [
            {"role": "user", "content": f"What about {number}?"},
            {"role": "assistant", "content": "Go slow."},
        ],
        split=split,
        extra={REJECTED: [{"role": "assistant", "content": "As an AI, I cannot say. " * 3}]},
    )


@pytest.fixture(autouse=True)
def december(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "today", lambda: date(2026, 12, 1))


@pytest.fixture
def voice(ws: Workspace) -> int:
    return add_sample(ws, "hiring_manager")


@pytest.fixture
def pairs(ws: Workspace, voice: int) -> int:
    rows = [pair(n) for n in range(12)] + [pair(n, "validation") for n in (12, 13)]
    add_examples(ws, voice, rows, "Add pairs")
    return voice


@pytest.fixture
def taught(ws: Workspace, voice: int) -> Run:
    return seed_run(ws, voice, "succeeded", epochs_done=9)


def preferred(ws: Workspace, voice: int, taught: Run, status: str = "succeeded") -> Run:
    start = {"method": "dpo", "goes_on_from": taught.fine_tuned_model}
    run = seed_run(ws, voice, status, settings=start)
    for step in range(1, 7):
        figures = {
            "step": step,
            "total_steps": 6,
            "epoch": step / 3,
            "train_loss": 0.7 - step * 0.05,
            "train_reward_margin": step * 0.1,
            "train_reward_accuracy": 1.0,
        }
        if step % 3 == 0:
            figures |= {
                "full_valid_loss": 0.7 - step * 0.03,
                "full_valid_reward_margin": step * 0.05,
                "full_valid_reward_accuracy": 0.75,
            }
        add_events(ws, run.id, [Event(f"e{step}", now(), "", type="metrics", data=figures)])
    return run


def test_without_pairs_there_is_nothing_to_choose(
    open_page: OpenPage, engine: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice, learn="pairs")
    assert not at.exception
    assert "choice_learn" not in {radio.key for radio in at.radio}
    assert "108 examples to train on" in shown(at)


def test_pairs_go_on_from_the_taught_voice_unless_another_start_is_chosen(
    open_page: OpenPage, ws: Workspace, engine: StandIn, pairs: int, taught: Run
) -> None:
    again = preferred(ws, pairs, taught)
    at = open_page("train", voice=pairs)
    assert "120 examples to train on" in shown(at)
    at.radio(key="choice_learn").set_value("pairs").run()
    assert not at.exception
    assert address(at, "learn") == "pairs"
    said = shown(at)
    assert "12 preference pairs to train on and 2 preference pairs kept apart" in said
    assert "your other examples stay out of this run" in said
    start = at.selectbox(key=f"goes_on_from_{taught.id}")
    assert start.value == taught.id
    assert [option.rpartition(": ")[2] for option in start.options] == [
        "your voice (advised)",
        "what you prefer",
        "Starter model, before any training (base model)",
    ]
    assert at.number_input(key="pair_epochs").label == "Epochs (recommended: 2)"
    assert at.number_input(key="beta").label == "Beta (recommended: 0.1)"
    assert "show=glossary" in at.number_input(key="beta").help
    start.set_value(again.id).run()
    at.number_input(key="beta").set_value(0.3).run()
    at.button(key="train").click().run()
    assert not at.exception
    assert "12 preference pairs to train on, 2 preference pairs kept apart, 2 epochs" in shown(at)
    assert f"It goes on from Run {again.id}," in shown(at)
    assert "With beta 0.3." in shown(at)


def test_without_a_finished_run_they_begin_with_the_base_model(
    open_page: OpenPage, engine: StandIn, pairs: int
) -> None:
    at = open_page("train", voice=pairs, learn="pairs")
    assert "Better: teach the voice first" in shown(at)
    at.button(key="train").click().run()
    assert "It goes on from the base model." in shown(at)


def test_too_few_pairs_are_said_with_the_way_to_more(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    add_examples(ws, voice, [pair(1), pair(2, "validation")], "Add")
    same = Example(pair(3).messages, extra={REJECTED: pair(3).messages[1:]})
    add_examples(ws, voice, [same], "Add")
    at = open_page("train", voice=voice, learn="pairs")
    assert not at.exception
    said = shown(at)
    assert "1 preference pair to train on and 1 preference pair kept apart" in said
    assert "Training takes 10 pairs at least." in said
    assert "Both answers are the same" in said
    assert "train" not in {button.key for button in at.button}
    at.button(key="more").click().run()
    assert at.title[0].value == "Compare"


def test_a_model_that_does_not_learn_from_pairs_is_told_from_one_that_does(
    open_page: OpenPage,
    engine: StandIn,
    openai_stand_in: StandIn,
    pairs: int,
) -> None:
    at = open_page("train", voice=pairs, place="openai", learn="pairs")
    assert not at.exception
    assert at.radio(key="choice_learn").value == "pairs"
    assert "Both answers of each pair are read" in shown(at)
    assert at.number_input(key="beta").label == "Beta (recommended: chosen there)"
    cost = {metric.label: metric.value for metric in at.metric}["Training, once"]
    assert cost == "under $0.01"
    at.selectbox(key="base_model_openai").set_value("gpt-4o-mini-2024-07-18").run()
    assert not at.exception
    assert "choice_learn" not in {radio.key for radio in at.radio}
    assert "Your set has 14 preference pairs. GPT" in shown(at)


def test_a_place_without_training_on_pairs_says_so_before_it_is_connected(
    open_page: OpenPage, engine: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice, place="nebius")
    assert "It learns from whole examples only" in shown(at)
    at.radio(key="choice_place").set_value("azure").run()
    assert "It learns from whole examples only" not in shown(at)


def test_a_run_on_pairs_is_charted_by_its_rewards(
    open_page: OpenPage, ws: Workspace, engine: StandIn, pairs: int, taught: Run
) -> None:
    run = preferred(ws, pairs, taught)
    at = open_page("progress", voice=pairs, run=run.id)
    assert not at.exception
    said = shown(at)
    assert "Of the pairs kept apart it has 75% the right way round." in said
    for title in ("Loss", "Reward margin", "Reward accuracy"):
        assert f"**[{title}](" in said
    charts = [json.loads(drawn.proto.spec)["data"] for drawn in at.get("plotly_chart")]
    assert [[trace["name"] for trace in chart] for chart in charts] == [
        ["Training", "Validation"]
    ] * 3
    assert "0.693 (the dotted line)" in said
    assert "**Goes on from**" in said
    assert at.button(key="to_compare").label == "Compare it with the model it went on from"


def test_a_run_on_pairs_under_way_speaks_of_pairs(
    open_page: OpenPage, ws: Workspace, engine: StandIn, pairs: int, taught: Run
) -> None:
    run = preferred(ws, pairs, taught, "running")
    at = open_page("progress", voice=pairs, run=run.id)
    assert not at.exception
    assert "Learning from your preference pairs" in shown(at)
    assert "leans more towards the answers you prefer" in shown(at)


def test_a_place_that_reports_no_rewards_gets_the_loss_alone(
    open_page: OpenPage, ws: Workspace, engine: StandIn, pairs: int, taught: Run
) -> None:
    run = seed_run(ws, pairs, "running", epochs_done=1.2, settings={"method": "dpo"})
    at = open_page("progress", voice=pairs, run=run.id)
    assert not at.exception
    assert len(at.get("plotly_chart")) == 1


def test_a_preferred_model_stands_beside_the_one_it_went_on_from(
    open_page: OpenPage, ws: Workspace, engine: StandIn, pairs: int, taught: Run
) -> None:
    run = preferred(ws, pairs, taught)
    at = open_page("compare", voice=pairs, run=run.id)
    assert not at.exception
    assert at.selectbox(key="corner_left").value == taught.fine_tuned_model
    assert at.selectbox(key="corner_right").value == run.fine_tuned_model
    names = at.selectbox(key="corner_right").options
    assert any("on preferences, tuned" in name for name in names)
    assert any("(base model)" in name for name in names)


def answered(ws: Workspace, run: Run, *, follow_up: bool = False) -> int:
    models = {"left": "voicetune-starter", "right": run.fine_tuned_model or ""}
    turn = chats.add_turn(ws, run.id, NASTY, models, system="Be brief.", follow_up=follow_up)
    for side in models:
        chats.save_answer(ws, turn, side, f"{side} {NASTY}", state="done")
    return turn


def test_the_better_answer_is_kept_as_a_pair_and_can_be_taken_back(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, taught: Run
) -> None:
    turn = answered(ws, taught)
    before = len(list_examples(ws, voice))
    at = open_page("compare", voice=voice)
    at.button(key=f"better_{turn}_right").click().run()
    assert not at.exception
    [*_, kept] = list_examples(ws, voice)
    assert (kept.system, kept.question) == ("Be brief.", NASTY)
    assert (kept.answer, kept.rejected) == (f"right {NASTY}", f"left {NASTY}")
    assert "1 preference pair of this voice so far." in shown(at)
    assert f"better_{turn}_left" not in {button.key for button in at.button}
    at.button(key=f"unkeep_{turn}").click().run()
    assert not at.exception
    assert len(list_examples(ws, voice)) == before
    assert at.button(key=f"better_{turn}_left")
    assert undo(ws, voice) == "Take a preference pair back"
    assert len(list_examples(ws, voice)) == before + 1


def test_answers_that_make_no_pair_are_not_offered_as_one(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int, taught: Run
) -> None:
    answered(ws, taught, follow_up=True)
    cut = answered(ws, taught)
    chats.save_answer(ws, cut, "left", "Half an", state="stopped")
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert not [b.key for b in at.button if str(b.key).startswith("better_")]
