"""Runs are frozen once for each key, move from state to state, and are claimed by one at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.workspace.samples import filled, reopened
from voicetune.workspace.database import Workspace
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.runs import (
    Run,
    advance_run,
    claim_run,
    create_run,
    delete_run,
    find_run,
    get_run,
    list_open_runs,
    list_runs,
    release_run,
    run_file,
    update_run,
)


def new_run(workspace: Workspace, dataset_id: int, key: str = "k", **fields: Any) -> Run:
    values: dict[str, Any] = {
        "dataset_name": "My voice",
        "place": "local",
        "model": "voicetune-starter",
        "files": {"training": b"training", "validation": b"validation"},
    }
    return create_run(workspace, key=key, dataset_id=dataset_id, **{**values, **fields})


def test_a_run_keeps_its_files_and_settings_exactly(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    training = bytes(range(256)) * 5_000
    run = new_run(
        workspace,
        dataset_id,
        files={"training": training},
        base_url="http://127.0.0.1:9/v1",
        suffix="ada 🌱",
        seed=2**40,
        hyperparameters={"n_epochs": 3, "learning_rate_multiplier": 0.5},
        settings={"share": "0.1"},
        system="Be brief.",
        question="Why?",
        training_examples=90,
        validation_examples=10,
        estimate={"training": "1.20", "currency": "USD"},
    )
    again = get_run(reopened(workspace), run.id)
    assert again == run
    assert (again.suffix, again.seed, again.system) == ("ada 🌱", 2**40, "Be brief.")
    assert again.hyperparameters == {"n_epochs": 3, "learning_rate_multiplier": 0.5}
    assert again.estimate == {"training": "1.20", "currency": "USD"}
    assert (again.status, again.message, again.job_id) == ("prepared", "", None)
    assert run_file(workspace, run.id, "training") == training
    assert run_file(workspace, run.id, "validation") is None


def test_one_key_makes_one_run_however_often_it_is_launched(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    with ThreadPoolExecutor(8) as threads:
        runs = list(threads.map(lambda n: new_run(workspace, dataset_id, suffix=str(n)), range(8)))
    assert len({run.id for run in runs}) == 1
    assert len({run.suffix for run in runs}) == 1
    assert len(list_runs(workspace)) == 1
    later = update_run(workspace, runs[0].id, status="running", job_id="ftjob-1")
    assert new_run(workspace, dataset_id, files={"training": b"other"}) == later
    assert run_file(workspace, runs[0].id, "training") == b"training"
    assert find_run(workspace, "k") == later
    assert find_run(workspace, "other") is None


def test_runs_are_listed_newest_first_for_all_sets_or_one(workspace: Workspace) -> None:
    one, _ = filled(workspace, "a")
    two, _ = filled(workspace, "b")
    ids = [new_run(workspace, dataset, key).id for dataset, key in ((one, "a"), (two, "b"))]
    assert [run.id for run in list_runs(workspace)] == ids[::-1]
    assert [run.id for run in list_runs(workspace, one)] == ids[:1]


def test_runs_are_open_until_their_state_is_final(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    states = (
        "prepared",
        "uploading",
        "validating_files",
        "queued",
        "running",
        "paused",
        "something-new",
        "succeeded",
        "failed",
        "cancelled",
    )
    for state in states:
        update_run(workspace, new_run(workspace, dataset_id, state).id, status=state)
    assert tuple(run.status for run in list_open_runs(workspace)) == states[:-3]


def test_a_run_takes_on_what_its_place_reports(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    moment = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)
    run = update_run(
        workspace,
        new_run(workspace, dataset_id).id,
        status="succeeded",
        message="Done 🎉",
        fine_tuned_model="ft:voicetune-starter:local::0a1b2c3d",
        trained_tokens=3_000_000_000,
        started=moment,
        finished=moment,
    )
    assert (run.message, run.trained_tokens, run.finished) == ("Done 🎉", 3_000_000_000, moment)
    assert run.updated > run.created


def test_a_late_answer_does_not_overwrite_a_newer_state(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    run = new_run(workspace, dataset_id)
    update_run(workspace, run.id, status="cancelled")
    late = update_run(workspace, run.id, expected={"queued", "running"}, status="running")
    assert late.status == "cancelled"


def test_of_several_that_take_the_same_step_one_succeeds(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    run = new_run(workspace, dataset_id)

    def start(_: int) -> bool:
        return advance_run(workspace, run.id, "prepared", status="uploading")

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(start, range(6))) == 1


def test_a_claim_keeps_others_out_until_it_is_released_or_over(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    run = new_run(workspace, dataset_id)
    other = reopened(workspace)
    assert claim_run(workspace, run.id, "one")
    assert not claim_run(other, run.id, "two")
    assert claim_run(workspace, run.id, "one")
    release_run(other, run.id, "two")
    assert not claim_run(other, run.id, "two")
    release_run(workspace, run.id, "one")
    assert claim_run(other, run.id, "two", 0)
    assert claim_run(workspace, run.id, "one")
    other.close()


def test_a_deleted_run_is_gone_with_its_files(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    run = new_run(workspace, dataset_id)
    delete_run(workspace, run.id)
    assert run_file(workspace, run.id, "training") is None
    with pytest.raises(NotFoundError, match=f"no run {run.id}"):
        get_run(workspace, run.id)
    with pytest.raises(NotFoundError):
        update_run(workspace, run.id, status="running")
