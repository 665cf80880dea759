"""Lines that did not come in wait for a mend, and come back when the mend is undone."""

import pytest

from tests.unit.workspace.samples import filled, pair, questions
from voicetune.examples.intake import Refusal
from voicetune.workspace.database import Workspace
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.history import redo, undo
from voicetune.workspace.refusals import (
    count_refusals,
    delete_refusal,
    delete_refusals,
    list_refusals,
    mend_refusal,
    save_refusals,
    update_refusal,
)

BROKEN = Refusal(3, "not-json", "Line 3 is not JSON.", '{“messages”: \x00\ud83d"')
EMPTY = Refusal(9, "no-messages", "Line 9 has no messages.", "{}")


def test_refused_lines_are_kept_as_they_came(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    other, _ = filled(workspace, "b")
    save_refusals(workspace, dataset_id, [BROKEN, EMPTY], source="posts.jsonl")
    save_refusals(workspace, dataset_id, [])
    kept = list_refusals(workspace, dataset_id)
    assert [Refusal(k.line, k.code, k.reason, k.text) for k in kept] == [BROKEN, EMPTY]
    assert {k.source for k in kept} == {"posts.jsonl"}
    assert count_refusals(workspace, dataset_id) == 2
    assert list_refusals(workspace, other) == []


def test_a_mended_line_becomes_an_example_and_undo_brings_the_line_back(
    workspace: Workspace,
) -> None:
    dataset_id, _ = filled(workspace, "a")
    save_refusals(workspace, dataset_id, [BROKEN])
    (line,) = list_refusals(workspace, dataset_id)
    mend_refusal(workspace, line.id, pair("mended"))
    assert questions(workspace, dataset_id) == ["a", "mended"]
    assert count_refusals(workspace, dataset_id) == 0
    undo(workspace, dataset_id)
    assert list_refusals(workspace, dataset_id) == [line]
    redo(workspace, dataset_id)
    assert list_refusals(workspace, dataset_id) == []


def test_a_line_that_is_still_wrong_keeps_what_was_typed(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace)
    save_refusals(workspace, dataset_id, [BROKEN])
    (line,) = list_refusals(workspace, dataset_id)
    update_refusal(workspace, line.id, EMPTY)
    (kept,) = list_refusals(workspace, dataset_id)
    assert (kept.line, kept.code, kept.reason, kept.text) == (
        BROKEN.line,
        EMPTY.code,
        EMPTY.reason,
        EMPTY.text,
    )


def test_refused_lines_are_dropped_one_by_one_or_all(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace)
    save_refusals(workspace, dataset_id, [BROKEN, EMPTY, EMPTY])
    first, *_ = list_refusals(workspace, dataset_id)
    delete_refusal(workspace, first.id)
    assert count_refusals(workspace, dataset_id) == 2
    delete_refusals(workspace, dataset_id)
    assert count_refusals(workspace, dataset_id) == 0
    with pytest.raises(NotFoundError):
        mend_refusal(workspace, first.id, pair("a"))
