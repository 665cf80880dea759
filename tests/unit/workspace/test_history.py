"""Undo and redo walk the steps of a set, also after a restart; the log only grows."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from tests.unit.workspace.samples import filled, log_of, pair, questions, reopened
from voicetune.examples.example import Example
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import get_dataset, set_system_message
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.examples import (
    add_examples,
    delete_examples,
    duplicate_example,
    get_example,
    list_examples,
    list_ids,
    update_example,
    update_examples,
)
from voicetune.workspace.history import can_redo, can_undo, redo, revision, undo


def test_a_new_set_has_nothing_to_undo(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace)
    assert (undo(workspace, dataset_id), redo(workspace, dataset_id)) == (None, None)
    assert (can_undo(workspace, dataset_id), can_redo(workspace, dataset_id)) == (None, None)


def test_steps_are_undone_and_redone_with_their_labels(workspace: Workspace) -> None:
    dataset_id, (a, _) = filled(workspace, "a", "b")
    update_example(workspace, a, messages=pair("A").messages, label="Edit the question")
    assert can_undo(workspace, dataset_id) == "Edit the question"
    assert undo(workspace, dataset_id) == "Edit the question"
    assert questions(workspace, dataset_id) == ["a", "b"]
    assert can_redo(workspace, dataset_id) == "Edit the question"
    assert undo(workspace, dataset_id) == "Import"
    assert questions(workspace, dataset_id) == []
    assert redo(workspace, dataset_id) == "Import"
    assert redo(workspace, dataset_id) == "Edit the question"
    assert questions(workspace, dataset_id) == ["A", "b"]
    assert redo(workspace, dataset_id) is None


def test_edits_in_fast_sequence_are_steps_of_their_own(workspace: Workspace) -> None:
    dataset_id, (a,) = filled(workspace, "")
    for text in ("W", "Wh", "Why"):
        update_example(workspace, a, messages=pair(text).messages)
    seen = []
    while undo(workspace, dataset_id) != "Import":
        seen.append(questions(workspace, dataset_id)[0])
    assert seen == ["Wh", "W", ""]


def test_a_bulk_change_is_one_step(workspace: Workspace) -> None:
    dataset_id, ids = filled(workspace, "a", "b", "c")
    left_out = {e.id: replace(e, include=False) for e in list_examples(workspace, dataset_id)}
    update_examples(workspace, dataset_id, left_out, "Leave out 3 examples")
    undo(workspace, dataset_id)
    assert list_ids(workspace, dataset_id, include=True) == ids


def test_deleted_examples_come_back_as_they_were_where_they_were(workspace: Workspace) -> None:
    dataset_id, (a, b, c) = filled(workspace, "a", "b", "c")
    full = Example(
        pair("b").messages, b, False, "validation", True, "x", {"k": 1}, date(2020, 1, 2)
    )
    update_example(
        workspace,
        b,
        include=False,
        split="validation",
        split_pinned=True,
        origin="x",
        extra={"k": 1},
        written_on=date(2020, 1, 2),
    )
    delete_examples(workspace, dataset_id, [b, a])
    assert can_undo(workspace, dataset_id) == "Delete 2 examples"
    assert list_ids(workspace, dataset_id) == [c]
    undo(workspace, dataset_id)
    assert list_ids(workspace, dataset_id) == [a, b, c]
    assert get_example(workspace, b) == full
    assert list_ids(workspace, dataset_id, search="b") == [b]


def test_an_added_example_gets_the_same_id_again(workspace: Workspace) -> None:
    dataset_id, (a, b) = filled(workspace, "a", "b")
    copy = duplicate_example(workspace, a)
    undo(workspace, dataset_id)
    redo(workspace, dataset_id)
    assert list_ids(workspace, dataset_id) == [a, copy, b]


def test_the_set_s_system_message_is_undone_with_the_examples_that_followed_it(
    workspace: Workspace,
) -> None:
    dataset_id, (a, _) = filled(workspace, "a", "b")
    set_system_message(workspace, dataset_id, "Be brief.")
    aligned = Example([{"role": "system", "content": "Be kind."}, *pair("a").messages])
    set_system_message(
        workspace, dataset_id, "Be kind.", aligned={a: aligned}, label="Align one example"
    )
    assert get_example(workspace, a).system == "Be kind."
    assert undo(workspace, dataset_id) == "Align one example"
    assert get_dataset(workspace, dataset_id).system == "Be brief."
    assert get_example(workspace, a).system is None
    undo(workspace, dataset_id)
    assert get_dataset(workspace, dataset_id).system is None
    redo(workspace, dataset_id)
    assert get_dataset(workspace, dataset_id).system == "Be brief."


def test_a_new_step_after_undo_ends_redo_and_the_log_keeps_everything(
    workspace: Workspace,
) -> None:
    dataset_id, (a,) = filled(workspace, "a")
    update_example(workspace, a, messages=pair("left behind").messages, label="First try")
    undo(workspace, dataset_id)
    before = log_of(workspace)
    update_example(workspace, a, messages=pair("kept").messages, label="Second try")
    assert can_redo(workspace, dataset_id) is None
    assert redo(workspace, dataset_id) is None
    undo(workspace, dataset_id)
    assert redo(workspace, dataset_id) == "Second try"
    steps, changes = log_of(workspace)
    assert [step.label for step in steps] == ["Import", "First try", "Second try"]
    assert changes[1].before["messages"] == pair("a").messages
    assert changes[1].after["messages"] == pair("left behind").messages
    assert (steps[: len(before[0])], changes[: len(before[1])]) == before


def test_undo_and_redo_survive_a_restart(workspace: Workspace) -> None:
    dataset_id, (a,) = filled(workspace, "a")
    update_example(workspace, a, messages=pair("b").messages)
    update_example(workspace, a, messages=pair("c").messages)
    undo(workspace, dataset_id)
    workspace.close()
    again = reopened(workspace)
    assert redo(again, dataset_id)
    assert questions(again, dataset_id) == ["c"]
    undo(again, dataset_id)
    undo(again, dataset_id)
    assert questions(again, dataset_id) == ["a"]
    again.close()


def test_sets_have_histories_of_their_own(workspace: Workspace) -> None:
    one, _ = filled(workspace, "a")
    two, _ = filled(workspace, "b")
    undo(workspace, one)
    assert questions(workspace, two) == ["b"]
    assert can_redo(workspace, two) is None


def test_the_revision_grows_with_everything_that_changes_the_set(workspace: Workspace) -> None:
    dataset_id, (a,) = filled(workspace, "a")
    seen = [revision(workspace, dataset_id)]
    for change in (
        lambda: update_example(workspace, a, include=False),
        lambda: set_system_message(workspace, dataset_id, "Be brief."),
        lambda: undo(workspace, dataset_id),
        lambda: redo(workspace, dataset_id),
        lambda: delete_examples(workspace, dataset_id, [a]),
    ):
        change()
        seen.append(revision(workspace, dataset_id))
    assert seen == sorted(set(seen))
    with pytest.raises(NotFoundError):
        revision(workspace, 999)


def test_a_step_that_fails_leaves_no_trace(workspace: Workspace) -> None:
    dataset_id, (a,) = filled(workspace, "a")
    before = (log_of(workspace), revision(workspace, dataset_id))

    def two_steps() -> None:
        with workspace.write():
            update_example(workspace, a, include=False)
            add_examples(workspace, dataset_id, [pair("b")], "Add an example")
            update_example(workspace, 999, include=False)

    with pytest.raises(NotFoundError):
        two_steps()
    assert (log_of(workspace), revision(workspace, dataset_id)) == before
    assert questions(workspace, dataset_id) == ["a"]


def test_steps_made_at_the_same_time_by_several_threads_are_all_kept(
    workspace: Workspace,
) -> None:
    dataset_id, ids = filled(workspace, *"abcd")

    def type_into(id_: int) -> None:
        for number in range(10):
            update_example(workspace, id_, messages=pair(f"{id_} {number}").messages)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(type_into, ids))
    assert questions(workspace, dataset_id) == [f"{id_} 9" for id_ in ids]
    assert len(log_of(workspace)[0]) == 41
    for _ in range(40):
        undo(workspace, dataset_id)
    assert questions(workspace, dataset_id) == list("abcd")
    assert can_undo(workspace, dataset_id) == "Import"


@pytest.mark.parametrize("seed", range(5))
def test_any_sequence_of_steps_behaves_like_a_list_of_states(
    workspace: Workspace, seed: int
) -> None:
    chance = random.Random(seed)
    dataset_id, _ = filled(workspace)
    states: list[list[Example]] = [[]]
    at = 0
    for number in range(60):
        ids = [example.id for example in states[at]]
        act = chance.choice(["add", "edit", "bulk", "delete", "copy", "undo", "undo", "redo"])
        if act == "undo":
            assert (undo(workspace, dataset_id) is not None) == (at > 0)
            at = max(0, at - 1)
        elif act == "redo":
            assert (redo(workspace, dataset_id) is not None) == (at < len(states) - 1)
            at = min(len(states) - 1, at + 1)
        elif act == "add" or not ids:
            new = [pair(f"{number} {n}") for n in range(chance.randint(1, 3))]
            after = chance.choice([None, *ids])
            add_examples(workspace, dataset_id, new, "Add", after=after)
        elif act == "edit":
            update_example(workspace, chance.choice(ids), messages=pair(f"{number}").messages)
        elif act == "bulk":
            chosen = chance.sample(ids, chance.randint(1, len(ids)))
            changed = {id_: pair(f"{number} {id_}", include=False) for id_ in chosen}
            update_examples(workspace, dataset_id, changed, "Change")
        elif act == "delete":
            delete_examples(workspace, dataset_id, chance.sample(ids, chance.randint(1, len(ids))))
        else:
            duplicate_example(workspace, chance.choice(ids))
        now = list_examples(workspace, dataset_id)
        if act in ("undo", "redo"):
            assert now == states[at]
        else:
            states = [*states[: at + 1], now]
            at += 1
