"""What was worked out once is there again, by what it was worked out from."""

import pytest
from sqlalchemy import text

from tests.unit.workspace.samples import reopened
from voicetune.workspace.database import Workspace
from voicetune.workspace.kept import forget_results, keep_results, kept_results


def test_results_are_there_again_after_a_restart(workspace: Workspace) -> None:
    results = {"a": [["typo", 3, "“teh” 🌱"]], "b": [], "c": {"mean": 0.25, "cut": None}}
    keep_results(workspace, "coach-1", results)
    assert kept_results(reopened(workspace), "coach-1", ["c", "a", "b"]) == results


def test_only_what_was_asked_for_comes_back(workspace: Workspace) -> None:
    keep_results(workspace, "coach-1", {"a": 1, "b": 2})
    keep_results(workspace, "voice-1", {"c": 3})
    assert kept_results(workspace, "coach-1", {"b", "c", "d"}) == {"b": 2}
    assert kept_results(workspace, "coach-1", []) == {}


def test_a_result_of_nothing_is_told_from_no_result(workspace: Workspace) -> None:
    keep_results(workspace, "coach-1", {"a": None})
    assert kept_results(workspace, "coach-1", ["a", "b"]) == {"a": None}


def test_a_second_result_takes_the_place_of_the_first(workspace: Workspace) -> None:
    keep_results(workspace, "coach-1", {"a": 1, "b": 2})
    keep_results(workspace, "coach-1", {"a": 3, "c": 4})
    keep_results(workspace, "coach-1", {})
    assert kept_results(workspace, "coach-1", ["a", "b", "c"]) == {"a": 3, "b": 2, "c": 4}


@pytest.mark.parametrize("count", [1, 40_000])
def test_any_number_of_results_can_be_kept_and_asked_for(workspace: Workspace, count: int) -> None:
    results = {f"key {number}": number for number in range(count)}
    keep_results(workspace, "coach-1", results)
    assert kept_results(workspace, "coach-1", results.keys()) == results


def test_forgetting_drops_one_kind_and_leaves_the_others(workspace: Workspace) -> None:
    keep_results(workspace, "coach-1", {"a": 1})
    keep_results(workspace, "coach-2", {"a": 2})
    forget_results(workspace, "coach-1")
    assert kept_results(workspace, "coach-1", ["a"]) == {}
    assert kept_results(workspace, "coach-2", ["a"]) == {"a": 2}


def test_a_workspace_of_version_2_gets_the_table_when_it_is_opened(workspace: Workspace) -> None:
    with workspace.write() as connection:
        connection.execute(text("DROP TABLE kept"))
        connection.execute(text("UPDATE schema_version SET version = 2"))
    again = reopened(workspace)
    keep_results(again, "coach-1", {"a": 1})
    assert kept_results(again, "coach-1", ["a"]) == {"a": 1}
