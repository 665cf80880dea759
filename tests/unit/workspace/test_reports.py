"""What places report is kept once, in order, whatever is reported twice."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.unit.workspace.samples import filled, statements
from voicetune.workspace.database import Workspace
from voicetune.workspace.reports import (
    Checkpoint,
    Event,
    add_events,
    known_events,
    list_checkpoints,
    list_events,
    list_samples,
    save_checkpoints,
    save_sample,
)
from voicetune.workspace.runs import create_run, update_run

START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def new_run(workspace: Workspace, key: str = "k") -> int:
    dataset_id, _ = filled(workspace, "a")
    return create_run(
        workspace,
        key=key,
        dataset_id=dataset_id,
        dataset_name="My voice",
        place="local",
        model="voicetune-starter",
        files={"training": b""},
    ).id


def event(number: int, second: int = 0) -> Event:
    return Event(
        event_id=f"ftevent-{number}",
        created_at=START + timedelta(seconds=second),
        message=f"Step {number} 🌱",
        type="metrics",
        data={"step": number, "train_loss": 0.5},
    )


def test_events_are_kept_once_and_in_the_order_of_time(workspace: Workspace) -> None:
    run_id = new_run(workspace)
    assert add_events(workspace, run_id, [event(3, 9), event(4, 9), event(3, 9)]) == 2
    assert add_events(workspace, run_id, [event(1, 1), event(2, 1), event(3, 9), event(5, 9)]) == 3
    assert add_events(workspace, run_id, []) == 0
    assert list_events(workspace, run_id) == [
        event(1, 1),
        event(2, 1),
        event(3, 9),
        event(4, 9),
        event(5, 9),
    ]
    assert known_events(workspace, run_id) == {f"ftevent-{n}" for n in range(1, 6)}


def test_two_runs_may_have_events_of_the_same_id(workspace: Workspace) -> None:
    one, two = new_run(workspace, "one"), new_run(workspace, "two")
    assert add_events(workspace, one, [event(1)]) == 1
    assert add_events(workspace, two, [event(1)]) == 1


def test_a_loss_that_is_no_number_is_kept(workspace: Workspace) -> None:
    run_id = new_run(workspace)
    add_events(workspace, run_id, [replace(event(1), data={"train_loss": math.nan})])
    (kept,) = list_events(workspace, run_id)
    assert math.isnan(kept.data["train_loss"])


def test_checkpoints_that_the_place_dropped_stay_and_say_so(workspace: Workspace) -> None:
    run_id = new_run(workspace)
    first, second, third = (
        Checkpoint(f"ftckpt-{n}", 10 * n, f"ft:m:ckpt-step-{10 * n}", START, {"valid_loss": 1 / n})
        for n in (1, 2, 3)
    )
    save_checkpoints(workspace, run_id, [second, first])
    assert list_checkpoints(workspace, run_id) == [first, second]
    better = replace(second, metrics={"valid_loss": 0.25})
    save_checkpoints(workspace, run_id, [third, better])
    assert list_checkpoints(workspace, run_id) == [replace(first, available=False), better, third]


def test_a_report_that_brings_nothing_new_is_not_written(workspace: Workspace) -> None:
    run_id = new_run(workspace)
    checkpoint = Checkpoint("ftckpt-1", 10, "ft:m:ckpt-step-10", START, {"valid_loss": 0.5})
    update_run(workspace, run_id, status="running", message="Step 10")
    save_checkpoints(workspace, run_id, [checkpoint])

    def poll() -> None:
        update_run(workspace, run_id, status="running", message="Step 10")
        save_checkpoints(workspace, run_id, [checkpoint])
        add_events(workspace, run_id, [])

    sent = statements(workspace, poll)
    assert {statement.split()[0] for statement, _ in sent} == {"SELECT"}


def test_an_answer_is_kept_for_each_epoch_and_replaced_when_asked_again(
    workspace: Workspace,
) -> None:
    run_id = new_run(workspace)
    save_sample(workspace, run_id, 2, "Why?", "Because 🌱", model="m-2")
    save_sample(workspace, run_id, 0, "Why?", "I am a model.", model="base")
    save_sample(workspace, run_id, 2, "Why?", "Try this:", model="m-2")
    assert [(s.epoch, s.answer, s.model) for s in list_samples(workspace, run_id)] == [
        (0, "I am a model.", "base"),
        (2, "Try this:", "m-2"),
    ]
