"""What was worked out once is there again, by what it was worked out from."""

import pytest

from tests.unit.workspace.samples import reopened
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset, delete_dataset
from voicetune.workspace.kept import (
    any_kept,
    forget_results,
    keep_results,
    kept_results,
    kind_of,
)


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


def test_what_is_a_sets_own_goes_with_the_set(workspace: Workspace) -> None:
    first, second = (create_dataset(workspace, name) for name in ("One", "Two"))
    for dataset_id in (first, second):
        keep_results(workspace, kind_of(dataset_id, "coach-1"), {"a": dataset_id})
    assert any_kept(workspace, kind_of(first, "coach-1"))
    delete_dataset(workspace, first)
    assert not any_kept(workspace, kind_of(first, "coach-1"))
    assert kept_results(workspace, kind_of(second, "coach-1"), ["a"]) == {"a": second}
