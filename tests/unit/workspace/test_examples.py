"""Examples go in and come out as they were, in order, whatever they hold."""

import math
from dataclasses import replace
from datetime import date

import pytest

from tests.unit.workspace.samples import filled, pair, questions, reopened
from voicetune.examples.example import Example
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset, get_dataset
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.examples import (
    add_examples,
    count_examples,
    delete_examples,
    duplicate_example,
    get_example,
    list_examples,
    list_ids,
    replace_example,
    update_example,
    update_examples,
)
from voicetune.workspace.history import can_undo, redo, revision, undo

AWKWARD_TEXTS = [
    "Größe, naïve, Ω",
    "写作很难",
    "שלום עולם, مرحبا",
    "👩🏽‍💻🇺🇦 e\u0301 𝗪𝗛𝗬",
    'quotes " and \\ and \n lines',
    "NUL \x00 and bell \x07",
    "half of a pair \ud83d",
    "100 % of_it",
]


def test_an_example_comes_back_with_all_its_fields(workspace: Workspace) -> None:
    example = Example(
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Why?"}]},
            {"role": "assistant", "content": None, "weight": 0, "tool_calls": [{"id": "a"}]},
        ],
        include=False,
        split="validation",
        split_pinned=True,
        origin="posts.jsonl line 12",
        extra={"tools": [{"type": "function"}], "parallel_tool_calls": False},
        written_on=date(2024, 2, 29),
    )
    dataset_id = create_dataset(workspace, "My voice")
    (id_,) = add_examples(workspace, dataset_id, [example], "Import")
    assert get_example(reopened(workspace), id_) == replace(example, id=id_)


@pytest.mark.parametrize("text", AWKWARD_TEXTS)
def test_any_text_survives_and_is_found(workspace: Workspace, text: str) -> None:
    dataset_id, _ = filled(workspace, "something else")
    (id_,) = add_examples(workspace, dataset_id, [pair(text, origin=text)], text)
    stored = get_example(workspace, id_)
    assert (stored.question, stored.origin) == (text, text)
    assert can_undo(workspace, dataset_id) == text
    assert list_ids(workspace, dataset_id, search=text) == [id_]


def test_messages_that_are_wrong_are_kept_as_they_are(workspace: Workspace) -> None:
    wrong = Example(["not an object", {"role": 3}, {"weight": math.inf}], extra={"a": None})  # type: ignore[list-item]
    dataset_id = create_dataset(workspace, "My voice")
    (id_,) = add_examples(workspace, dataset_id, [wrong], "Import")
    assert get_example(workspace, id_) == replace(wrong, id=id_)


def test_examples_keep_the_order_in_which_they_came(workspace: Workspace) -> None:
    dataset_id, first = filled(workspace, "a", "b")
    second = add_examples(workspace, dataset_id, [pair("c"), pair("d")], "Import")
    assert questions(workspace, dataset_id) == ["a", "b", "c", "d"]
    assert list_ids(workspace, dataset_id) == first + second


def test_examples_can_be_put_behind_another(workspace: Workspace) -> None:
    dataset_id, (a, _) = filled(workspace, "a", "b")
    add_examples(workspace, dataset_id, [pair("a1"), pair("a2")], "Insert", after=a)
    assert questions(workspace, dataset_id) == ["a", "a1", "a2", "b"]


def test_a_copy_stands_right_behind_its_original(workspace: Workspace) -> None:
    dataset_id, (a, _) = filled(workspace, "a", "b")
    copy = duplicate_example(workspace, a)
    assert list_ids(workspace, dataset_id)[:2] == [a, copy]
    assert replace(get_example(workspace, copy), id=a) == get_example(workspace, a)


def test_a_hundred_copies_of_one_example_stay_beside_it(workspace: Workspace) -> None:
    dataset_id, (a, b) = filled(workspace, "a", "b")
    with workspace.write():
        copies = [duplicate_example(workspace, a) for _ in range(100)]
    assert list_ids(workspace, dataset_id) == [a, *copies, b]


def test_pages_follow_each_other_without_gap(workspace: Workspace) -> None:
    dataset_id, ids = filled(workspace, *"abcdefg")
    pages = [list_examples(workspace, dataset_id, offset=at, limit=3) for at in (0, 3, 6)]
    assert [[example.question for example in page] for page in pages] == [
        ["a", "b", "c"],
        ["d", "e", "f"],
        ["g"],
    ]
    assert list_ids(workspace, dataset_id, offset=3, limit=2) == ids[3:5]


def test_examples_asked_for_by_id_come_in_that_order(workspace: Workspace) -> None:
    dataset_id, (a, b, c) = filled(workspace, "a", "b", "c")
    other, (d,) = filled(workspace, "d")
    found = list_examples(workspace, dataset_id, ids=[c, d, 999, a])
    assert [example.id for example in found] == [c, a]
    assert [e.id for e in list_examples(workspace, dataset_id, ids=[c, b, a], offset=1)] == [b, a]
    assert list_examples(workspace, other, ids=[]) == []


def test_examples_are_filtered_by_side_inclusion_and_text(workspace: Workspace) -> None:
    dataset_id = create_dataset(workspace, "My voice")
    a, b, c = add_examples(
        workspace,
        dataset_id,
        [
            pair("How do I start?", "Try this: STRASSE"),
            pair("Why?", split="validation"),
            pair("How?", include=False),
        ],
        "Import",
    )
    assert list_ids(workspace, dataset_id, split="validation") == [b]
    assert list_ids(workspace, dataset_id, include=False) == [c]
    assert list_ids(workspace, dataset_id, include=True, search="how") == [a]
    assert list_ids(workspace, dataset_id, search="straße") == [a]
    assert list_ids(workspace, dataset_id, search="%") == []
    assert count_examples(workspace, dataset_id) == 3
    assert count_examples(workspace, dataset_id, search="HOW") == 2
    assert count_examples(workspace, dataset_id, split="training", include=True) == 1


def test_a_search_does_not_look_into_system_messages_or_keys(workspace: Workspace) -> None:
    dataset_id = create_dataset(workspace, "My voice")
    system = {"role": "system", "content": "You are Ada."}
    add_examples(workspace, dataset_id, [Example([system, *pair("a").messages])], "Import")
    assert list_ids(workspace, dataset_id, search="ada") == []
    assert list_ids(workspace, dataset_id, search="assistant") == []


def test_a_changed_text_is_found_and_the_old_one_is_not(workspace: Workspace) -> None:
    dataset_id, (a,) = filled(workspace, "before")
    update_example(workspace, a, messages=pair("after").messages)
    assert list_ids(workspace, dataset_id, search="after") == [a]
    assert list_ids(workspace, dataset_id, search="before") == []


def test_changing_one_field_leaves_what_another_window_changed(workspace: Workspace) -> None:
    _, (a,) = filled(workspace, "a")
    window = reopened(workspace)
    update_example(workspace, a, include=False)
    update_example(window, a, split="validation", split_pinned=True)
    stored = get_example(workspace, a)
    assert (stored.include, stored.split, stored.split_pinned) == (False, "validation", True)


def test_a_change_that_changes_nothing_is_no_step(workspace: Workspace) -> None:
    dataset_id, (a,) = filled(workspace, "a")
    before = revision(workspace, dataset_id)
    update_example(workspace, a, include=True)
    assert update_examples(workspace, dataset_id, {a: get_example(workspace, a)}, "Nothing") == 0
    assert add_examples(workspace, dataset_id, [], "Nothing") == []
    assert delete_examples(workspace, dataset_id, []) == 0
    assert revision(workspace, dataset_id) == before


def test_true_and_one_are_different_values(workspace: Workspace) -> None:
    dataset_id = create_dataset(workspace, "My voice")
    answer = {"role": "assistant", "content": "a", "weight": True}
    (a,) = add_examples(workspace, dataset_id, [Example([answer])], "Import")
    update_example(workspace, a, messages=[{**answer, "weight": 1}])
    assert get_example(workspace, a).messages[0]["weight"] is not True


def test_a_field_that_examples_do_not_have_is_refused(workspace: Workspace) -> None:
    dataset_id, (a,) = filled(workspace, "a")
    before = revision(workspace, dataset_id)
    with pytest.raises(TypeError):
        update_example(workspace, a, included=False)
    assert revision(workspace, dataset_id) == before


def test_a_bulk_change_counts_what_differed_and_skips_what_is_gone(workspace: Workspace) -> None:
    dataset_id, (a, b, c) = filled(workspace, "a", "b", "c")
    delete_examples(workspace, dataset_id, [c])
    left_out = {id_: pair(q, include=False) for id_, q in ((a, "a"), (c, "c"))}
    assert update_examples(workspace, dataset_id, left_out, "Leave out") == 1
    assert list_ids(workspace, dataset_id, include=True) == [b]


def test_thousands_change_in_one_step(workspace: Workspace) -> None:
    dataset_id = create_dataset(workspace, "My voice")
    ids = add_examples(workspace, dataset_id, [pair(str(n)) for n in range(1_300)], "Import")
    changed = {id_: pair(str(n), include=n % 2 == 0) for n, id_ in enumerate(ids)}
    assert update_examples(workspace, dataset_id, changed, "Leave out") == 650
    assert get_dataset(workspace, dataset_id).included == 650
    assert delete_examples(workspace, dataset_id, ids) == 1_300
    assert count_examples(workspace, dataset_id) == 0


def test_examples_of_another_set_are_not_deleted(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    other, (b,) = filled(workspace, "b")
    assert delete_examples(workspace, dataset_id, [b]) == 0
    assert questions(workspace, other) == ["b"]


def test_an_example_that_is_gone_is_named(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="no example 7 any more"):
        update_example(workspace, 7, include=False)


def test_examples_take_the_place_of_one_in_one_step_that_can_be_undone(
    workspace: Workspace,
) -> None:
    dataset_id, (_, b, _) = filled(workspace, "a", "b", "c")
    parts = replace_example(workspace, b, [pair("b1"), pair("b2"), pair("b3")], "Cut")
    assert questions(workspace, dataset_id) == ["a", "b1", "b2", "b3", "c"]
    assert list_ids(workspace, dataset_id)[1:4] == parts
    assert list_ids(workspace, dataset_id, search="b2") == [parts[1]]
    assert undo(workspace, dataset_id) == "Cut"
    assert questions(workspace, dataset_id) == ["a", "b", "c"]
    assert list_ids(workspace, dataset_id)[1] == b
    assert redo(workspace, dataset_id) == "Cut"
    assert questions(workspace, dataset_id) == ["a", "b1", "b2", "b3", "c"]


def test_an_example_that_is_gone_is_not_replaced(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    with pytest.raises(NotFoundError):
        replace_example(workspace, 99, [pair("b")], "Cut")
    assert questions(workspace, dataset_id) == ["a"]


def test_ids_are_never_given_twice(workspace: Workspace) -> None:
    dataset_id, (_, b) = filled(workspace, "a", "b")
    delete_examples(workspace, dataset_id, [b])
    (c,) = add_examples(workspace, dataset_id, [pair("c")], "Add an example")
    assert c > b
