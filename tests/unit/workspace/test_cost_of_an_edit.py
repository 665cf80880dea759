"""What an edit costs does not depend on how many examples there are (SQLite's own plan says so)."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from tests.unit.workspace.samples import filled, pair, statements
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import set_system_message
from voicetune.workspace.examples import (
    add_examples,
    delete_examples,
    duplicate_example,
    get_example,
    list_examples,
    update_example,
)
from voicetune.workspace.history import can_redo, can_undo, redo, revision, undo

Act = Callable[[Workspace, int, int], Any]

ACTS: dict[str, Act] = {
    "edit": lambda ws, _, id_: update_example(ws, id_, messages=pair("changed").messages),
    "add": lambda ws, dataset_id, _: add_examples(ws, dataset_id, [pair("new")], "Add"),
    "duplicate": lambda ws, _, id_: duplicate_example(ws, id_),
    "delete": lambda ws, dataset_id, id_: delete_examples(ws, dataset_id, [id_]),
    "system message": lambda ws, dataset_id, _: set_system_message(ws, dataset_id, "Be brief."),
    "undo": lambda ws, dataset_id, _: undo(ws, dataset_id),
    "redo": lambda ws, dataset_id, _: redo(ws, dataset_id),
    "labels": lambda ws, dataset_id, _: (can_undo(ws, dataset_id), can_redo(ws, dataset_id)),
    "revision": lambda ws, dataset_id, _: revision(ws, dataset_id),
    "show one": lambda ws, _, id_: get_example(ws, id_),
    "first page": lambda ws, dataset_id, _: list_examples(ws, dataset_id, limit=20),
}


def recorded(workspace: Workspace, name: str, *where: int) -> list[tuple[str, Any]]:
    return statements(workspace, lambda: ACTS[name](workspace, *where))


def prepared(workspace: Workspace, size: int) -> tuple[int, int]:
    """A set of `size` examples with a step to undo and a step to redo."""
    dataset_id, ids = filled(workspace, *(f"question {n}" for n in range(size)))
    for included in (False, True):
        update_example(workspace, ids[size // 2], include=included)
    undo(workspace, dataset_id)
    return dataset_id, ids[size // 2]


@pytest.mark.parametrize("name", ACTS)
def test_an_act_sends_the_same_few_statements_whatever_the_size(
    workspace: Workspace, name: str
) -> None:
    small, large = (recorded(workspace, name, *prepared(workspace, size)) for size in (4, 400))
    assert [statement for statement, _ in small] == [statement for statement, _ in large]
    assert 0 < len(large) <= 12


@pytest.mark.parametrize("name", ACTS)
def test_no_statement_of_an_act_goes_through_a_whole_table(workspace: Workspace, name: str) -> None:
    sent = recorded(workspace, name, *prepared(workspace, 400))
    plans = []
    with workspace.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        for statement, parameters in sent:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans += [row.detail for row in plan]
    assert [step for step in plans if "SCAN" in step or "TEMP B-TREE" in step] == []
    assert any("SEARCH" in step for step in plans)
