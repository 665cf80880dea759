"""The board and the edits behind the Examples page, without the page."""

import json
from dataclasses import replace

import pytest

from voicetune.examples.example import Example
from voicetune.examples.finding import Severity
from voicetune.examples.reading import convert, read_file, read_pairs
from voicetune.ui.examples import board as board_module
from voicetune.ui.examples import edits
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.dealing import Dealing, deal, dealing_of
from voicetune.ui.examples.ruler import Ruler, choose_ruler, chosen_ruler, rulers
from voicetune.ui.samples import FOLDER, add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset, get_dataset
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.examples import (
    add_examples,
    delete_examples,
    get_example,
    list_examples,
    update_example,
)
from voicetune.workspace.history import can_undo, redo, undo
from voicetune.workspace.refusals import list_refusals

RULER = Ruler("test", "Test", 1024)


def pair(question: str, answer: str = "An answer.", system: str | None = None) -> Example:
    first = [{"role": "system", "content": system}] if system else []
    return Example(
        [
            *first,
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ]
    )


def board_of(ws: Workspace, *examples: Example) -> Board:
    dataset_id = create_dataset(ws, "Mine")
    add_examples(ws, dataset_id, examples, "Add")
    return Board(ws, dataset_id, RULER)


def seen(snapshot: Snapshot) -> tuple[object, ...]:
    return dict(snapshot.rows), snapshot.set_findings, snapshot.system


@pytest.fixture
def flawed(ws: Workspace) -> Board:
    return Board(ws, add_sample(ws, "flawed"), RULER)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Which examples were checked, by id."""
    checked: list[int] = []
    real = board_module.check_example

    def check(example: Example, **options: object) -> object:
        checked.append(example.id)
        return real(example, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(board_module, "check_example", check)
    return checked


def test_an_edit_rechecks_one_example(ws: Workspace, counted: list[int]) -> None:
    board = board_of(ws, *(pair(f"Question {n}?", f"Answer {n}.") for n in range(30)))
    third = list(board.look().rows)[2]
    counted.clear()
    edits.write_text(board, third, 1, "")
    assert counted == [third]
    snapshot = board.look()
    assert counted == [third]
    assert snapshot.by_code["empty-content"] == [third]
    assert snapshot.blocking == [third]


def test_undo_rechecks_what_it_changed_and_nothing_else(ws: Workspace, counted: list[int]) -> None:
    board = board_of(ws, *(pair(f"Question {n}?", f"Answer {n}.") for n in range(30)))
    third = list(board.look().rows)[2]
    edits.write_text(board, third, 1, "")
    board.look()
    counted.clear()
    undo(ws, board.dataset_id)
    assert board.look().blocking == []
    assert counted == [third]


def test_what_another_window_did_is_seen(ws: Workspace) -> None:
    board = board_of(ws, pair("One?"), pair("Two?"), pair("Three?"))
    first, second, third = board.look().rows
    update_example(ws, second, include=False)
    edits.write_text(board, first, 0, "Changed?")
    delete_examples(ws, board.dataset_id, [third])
    fresh = Board(ws, board.dataset_id, RULER)
    assert seen(board.look()) == seen(fresh.look())
    assert list(board.look().rows) == [first, second]


def test_an_edit_that_changes_nothing_does_not_hide_what_another_window_did(ws: Workspace) -> None:
    board = board_of(ws, pair("One?"), pair("Two?"))
    first, second = board.look().rows
    update_example(ws, second, include=False)
    edits.write_text(board, first, 0, "One?")
    assert board.look().rows[second].example.include is False


def test_an_edit_of_what_is_gone_says_so(ws: Workspace) -> None:
    board = board_of(ws, pair("One?"))
    (only,) = board.look().rows
    with pytest.raises(NotFoundError):
        edits.write_text(board, only, 5, "Too late.")
    delete_examples(ws, board.dataset_id, [only])
    with pytest.raises(NotFoundError):
        edits.write_text(board, only, 0, "Too late.")


def test_a_board_kept_up_to_date_equals_a_new_one(flawed: Board) -> None:
    ws, dataset_id = flawed.ws, flawed.dataset_id
    ids = list(flawed.look().rows)
    edits.write_text(flawed, ids[1], 2, "Söme wörds 🌱")
    edits.set_role(flawed, ids[3], 1, "user")
    edits.add_turn(flawed, ids[0])
    edits.remove_turn(flawed, ids[0], 3)
    edits.set_weight(flawed, ids[5], 2, learned=False)
    edits.mend_all(flawed, "empty-content")
    undo(ws, dataset_id)
    redo(ws, dataset_id)
    assert seen(flawed.look()) == seen(Board(ws, dataset_id, RULER).look())


def test_true_is_not_taken_for_one(ws: Workspace) -> None:
    weighed = [
        {"role": "user", "content": "Yes?"},
        {"role": "assistant", "content": "Yes.", "weight": True},
    ]
    board = board_of(ws, Example(weighed))
    (only,) = board.look().rows
    assert "weight-value" in board.look().by_code
    edits.mend_all(board, "weight-value")
    assert "weight-value" not in board.look().by_code
    assert get_example(ws, only).messages[1]["weight"] is not True


def test_a_large_set_is_compared_in_a_thread(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_module, "AT_ONCE", 1)
    board = board_of(ws, pair("The same?"), pair("The same?"), pair("Something else?"))
    first = board.look()
    assert not first.settled
    for thread in board_module.threading.enumerate():
        if thread.name == "compare":
            thread.join()
    assert board.look().settled
    assert len(board.look().by_code["exact-duplicate"]) == 2


def test_left_out_examples_stop_nobody(flawed: Board) -> None:
    before = flawed.look()
    assert len(before.blocking) == 15
    edits.set_fields(flawed, before.blocking, "Leave out", include=False)
    after = flawed.look()
    assert after.blocking == []
    assert sum(after.sides.values()) == 39 - 15


def test_all_mends_leave_only_what_a_person_must_decide(flawed: Board) -> None:
    before = flawed.look()
    changed = edits.mend_everything(flawed)
    after = flawed.look()
    assert changed == len(edits.mended_altogether(before))
    assert edits.mended_altogether(after) == {}
    assert len(after.blocking) < len(before.blocking)
    undo(flawed.ws, flawed.dataset_id)
    assert seen(flawed.look()) == seen(before)


def test_the_first_of_duplicates_stays_in(ws: Workspace) -> None:
    board = board_of(ws, pair("Same?"), pair("Same?"), pair("Same?"), pair("Other?"))
    edits.mend_all(board, "exact-duplicate")
    assert [e.include for e in list_examples(ws, board.dataset_id)] == [True, False, False, True]


def test_one_duplicate_can_be_left_out_by_itself(ws: Workspace) -> None:
    board = board_of(ws, pair("Same?"), pair("Same?"), pair("Same?"))
    ids = list(board.look().rows)
    edits.mend_all(board, "exact-duplicate", [ids[2]])
    assert [e.include for e in list_examples(ws, board.dataset_id)] == [True, True, False]


def test_too_long_is_told_by_the_ruler(ws: Workspace) -> None:
    dataset_id = create_dataset(ws, "Mine")
    add_examples(ws, dataset_id, [pair("Long?", "word " * 300)], "Add")
    short, long = (Board(ws, dataset_id, Ruler("r", "R", limit)) for limit in (100, 1000))
    assert "too-long" in short.look().by_code
    assert "too-long" not in long.look().by_code


def test_the_ruler_is_remembered(ws: Workspace) -> None:
    usual, *others = rulers()
    assert chosen_ruler(ws).id == usual
    choose_ruler(ws, others[0])
    assert chosen_ruler(ws).id == others[0]


def test_the_system_message_changes_in_the_examples_that_have_it(ws: Workspace) -> None:
    board = board_of(ws, pair("1?", system="A"), pair("2?", system="A"), pair("3?", system="B"))
    edits.change_system(board, "C")
    assert [e.system for e in list_examples(ws, board.dataset_id)] == ["C", "C", "B"]
    assert get_dataset(ws, board.dataset_id).system == "C"
    assert len(board.look().by_code["system-differs"]) == 1
    edits.mend_all(board, "system-differs")
    assert {e.system for e in list_examples(ws, board.dataset_id)} == {"C"}
    edits.change_system(board, None)
    assert {e.system for e in list_examples(ws, board.dataset_id)} == {None}
    undo(ws, board.dataset_id)
    assert {e.system for e in list_examples(ws, board.dataset_id)} == {"C"}


def test_text_beside_an_image_is_written_and_the_image_stays(ws: Workspace) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:x"}}
    turns = [
        {"role": "user", "content": [{"type": "text", "text": "What is it?"}, image]},
        {"role": "assistant", "content": "A fern."},
    ]
    board = board_of(ws, Example(turns))
    (only,) = board.look().rows
    edits.write_text(board, only, 0, "And this?")
    content = get_example(ws, only).messages[0]["content"]
    assert content == [{"type": "text", "text": "And this?"}, image]


def test_what_is_no_message_becomes_one_when_it_is_written(ws: Workspace) -> None:
    board = board_of(ws, Example(["Hello?", {"role": "assistant", "content": "Hi."}]))  # type: ignore[list-item]
    (only,) = board.look().rows
    edits.write_text(board, only, 0, "Hello there?")
    assert get_example(ws, only).messages[0] == {"role": "user", "content": "Hello there?"}


def test_new_turns_take_turns(ws: Workspace) -> None:
    board = board_of(ws, pair("One?"))
    (only,) = board.look().rows
    edits.add_turn(board, only)
    edits.add_turn(board, only)
    roles = [message["role"] for message in get_example(ws, only).messages]
    assert roles == ["user", "assistant", "user", "assistant"]


def test_a_file_brings_its_system_message_and_its_refused_lines(ws: Workspace) -> None:
    dataset_id = create_dataset(ws, "Mine")
    reading = read_file("flawed.jsonl", (FOLDER / "flawed.jsonl").read_bytes())
    ids = edits.bring_in(ws, dataset_id, reading, source="flawed.jsonl")
    assert len(ids) == 39
    assert get_dataset(ws, dataset_id).system == "You are a professional LinkedIn advisor."
    assert [(r.source, r.line) for r in list_refusals(ws, dataset_id)] == [
        ("flawed.jsonl", line) for line in (36, 37, 38, 39)
    ]
    sides = [e.split for e in list_examples(ws, dataset_id)]
    assert sides.count("validation") == 4


def test_a_name_that_stood_twice_in_the_file_is_told_until_the_text_is_changed(
    flawed: Board,
) -> None:
    (twice,) = flawed.look().by_code["duplicate-key"]
    assert flawed.look().rows[twice].example.origin == "flawed.jsonl line 41"
    fresh = create_dataset(flawed.ws, "Dropped")
    reading = read_file("flawed.jsonl", (FOLDER / "flawed.jsonl").read_bytes())
    edits.bring_in(flawed.ws, fresh, reading, source="flawed.jsonl")
    assert len(Board(flawed.ws, fresh, RULER).look().by_code["duplicate-key"]) == 1
    edits.write_text(flawed, twice, 1, "Nobody turns the camera on. What now?")
    assert "duplicate-key" not in flawed.look().by_code
    undo(flawed.ws, flawed.dataset_id)
    assert "duplicate-key" in flawed.look().by_code


def test_pasted_pairs_come_under_the_system_message_of_the_set(ws: Workspace) -> None:
    board = board_of(ws, pair("1?", system="Be brief."), pair("2?", system="Be brief."))
    reading = read_pairs("Q: Three?\nA: Yes.\n\nQ: Four?\nA: No.")
    ids = edits.bring_in(ws, board.dataset_id, reading, source="pasted")
    assert [get_example(ws, id_).system for id_ in ids] == ["Be brief.", "Be brief."]


def test_new_examples_leave_the_old_ones_on_their_sides(ws: Workspace) -> None:
    dataset_id = add_sample(ws, "hiring_manager")
    before = {e.id: e.split for e in list_examples(ws, dataset_id)}
    lines = "\n\n".join(f"Q: New question {n}?\nA: New answer {n}." for n in range(20))
    ids = edits.bring_in(ws, dataset_id, read_pairs(lines), source="pasted")
    after = {e.id: e.split for e in list_examples(ws, dataset_id)}
    assert {id_: side for id_, side in after.items() if id_ in before} == before
    assert sum(after[id_] == "validation" for id_ in ids) == 2


def test_a_blank_example_is_ready_to_be_written(ws: Workspace) -> None:
    board = board_of(ws, pair("1?", system="Be brief."))
    blank = get_example(ws, edits.add_blank(ws, board.dataset_id))
    assert (blank.system, blank.question, blank.answer) == ("Be brief.", "", "")
    assert can_undo(ws, board.dataset_id) == "Add an example"


def test_a_refused_line_is_mended_converted_or_says_what_is_still_wrong(ws: Workspace) -> None:
    dataset_id = create_dataset(ws, "Mine")
    lines = ['{"messages": [', json.dumps({"prompt": "Why?", "completion": " Because."})]
    reading = read_file("old.jsonl", "\n".join(lines).encode())
    edits.bring_in(ws, dataset_id, reading, source="old.jsonl")
    broken, old = list_refusals(ws, dataset_id)
    still = edits.mend_line(ws, broken, '{"messages": ]')
    assert not isinstance(still, int)
    assert list_refusals(ws, dataset_id)[0].text == '{"messages": ]'
    made = edits.mend_line(ws, broken, "Q: How?\nA: Like this.")
    assert isinstance(made, int)
    assert get_example(ws, made).origin == "old.jsonl line 1, mended"
    edits.add_mended(ws, old, convert(reading).examples[0])
    assert list_refusals(ws, dataset_id) == []
    assert [e.question for e in list_examples(ws, dataset_id)] == ["How?", "Why?"]
    undo(ws, dataset_id)
    assert [r.line for r in list_refusals(ws, dataset_id)] == [2]


def test_the_split_is_dealt_anew_and_remembered(ws: Workspace) -> None:
    dataset_id = add_sample(ws, "hiring_manager")
    deal(ws, dataset_id, Dealing(share=0.25), "Change the split")
    sides = [e.split for e in list_examples(ws, dataset_id)]
    assert sides.count("validation") == 30
    assert dealing_of(ws, dataset_id) == Dealing(share=0.25)
    pinned = list_examples(ws, dataset_id)[0]
    update_example(ws, pinned.id, split="validation", split_pinned=True)
    deal(ws, dataset_id, replace(dealing_of(ws, dataset_id), seed=99), "Again")
    assert get_example(ws, pinned.id).split == "validation"


def test_what_blocks_about_the_set_itself_is_told(ws: Workspace) -> None:
    board = board_of(ws, pair("One?"), pair("Two, which is different?"))
    (few,) = board.look().blocks
    assert (few.code, few.severity) == ("too-few", Severity.ERROR)
