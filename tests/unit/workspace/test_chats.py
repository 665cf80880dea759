"""Turns of Compare keep both sides, also what came before a stop."""

from tests.unit.workspace.samples import filled, reopened
from voicetune.workspace.chats import add_turn, clear, list_turns, save_answer
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import create_run, delete_run


def new_run(workspace: Workspace) -> int:
    dataset_id, _ = filled(workspace, "a")
    return create_run(
        workspace,
        key="k",
        dataset_id=dataset_id,
        dataset_name="My voice",
        place="local",
        model="base",
        files={"training": b""},
    ).id


def test_a_turn_is_kept_before_it_is_answered(workspace: Workspace) -> None:
    add_turn(workspace, None, "Why? 🌱", {"left": "base", "right": "tuned"}, system="Be brief.")
    (turn,) = list_turns(reopened(workspace), None)
    assert (turn.question, turn.system) == ("Why? 🌱", "Be brief.")
    assert list(turn.answers) == ["left", "right"]
    assert [(a.model, a.answer, a.state) for a in turn.answers.values()] == [
        ("base", "", "streaming"),
        ("tuned", "", "streaming"),
    ]


def test_each_side_keeps_what_came_and_how_it_ended(workspace: Workspace) -> None:
    turn_id = add_turn(workspace, None, "Why?", {"left": "base", "right": "tuned"})
    save_answer(workspace, turn_id, "left", "Bec")
    save_answer(workspace, turn_id, "right", "Try", state="stopped", tokens=1, seconds=0.5)
    save_answer(
        workspace,
        turn_id,
        "left",
        "Because.",
        state="done",
        tokens=3,
        seconds=1.25,
        first_token_seconds=0.25,
    )
    (turn,) = list_turns(workspace, None)
    left, right = turn.answers["left"], turn.answers["right"]
    assert (left.answer, left.state, left.tokens) == ("Because.", "done", 3)
    assert (left.seconds, left.first_token_seconds) == (1.25, 0.25)
    assert (right.answer, right.state, right.seconds) == ("Try", "stopped", 0.5)


def test_a_failed_side_says_why_and_the_other_is_untouched(workspace: Workspace) -> None:
    turn_id = add_turn(workspace, None, "Why?", {"left": "base", "right": "tuned"})
    save_answer(workspace, turn_id, "left", "", state="failed", message="The engine stopped.")
    (turn,) = list_turns(workspace, None)
    assert turn.answers["left"].message == "The engine stopped."
    assert turn.answers["right"].state == "streaming"


def test_chats_of_runs_are_apart_and_cleared_apart(workspace: Workspace) -> None:
    run_id = new_run(workspace)
    for question in ("first", "second"):
        add_turn(workspace, run_id, question, {"left": "base"})
    add_turn(workspace, None, "free", {"left": "base"})
    assert [turn.question for turn in list_turns(workspace, run_id)] == ["first", "second"]
    clear(workspace, None)
    assert list_turns(workspace, None) == []
    assert len(list_turns(workspace, run_id)) == 2
    delete_run(workspace, run_id)
    assert list_turns(workspace, run_id) == []


def test_a_follow_up_is_told_from_a_question_of_its_own(workspace: Workspace) -> None:
    add_turn(workspace, None, "Why?", {"left": "base"})
    add_turn(workspace, None, "And then?", {"left": "base"}, follow_up=True)
    assert [turn.follow_up for turn in list_turns(reopened(workspace), None)] == [False, True]
