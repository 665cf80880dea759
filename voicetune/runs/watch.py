"""Following a run: its state, events, checkpoints and result, and its voice after each epoch."""

from typing import TYPE_CHECKING, Any

from voicetune.providers.client import Place, client_for
from voicetune.runs.job import job_changes, moment
from voicetune.runs.launch import launch
from voicetune.training.metrics import MetricPoint, metrics_table, result_rows
from voicetune.training.status import is_final
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
from voicetune.workspace.runs import Run, get_run, update_run
from voicetune.workspace.schema import now

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.fine_tuning import FineTuningJob, FineTuningJobEvent
    from openai.types.fine_tuning.jobs import FineTuningJobCheckpoint

PAGE = 100
MOST_PAGES = 500
"""More than any run has: a place that never ends its pages does not hold us for ever."""
POLL_SECONDS = 30.0
SAMPLE_SECONDS = 120.0
"""How long a place may take to say how a job stands, and to answer the held-out question."""
SAMPLE: dict[str, Any] = {"temperature": 0.5, "max_tokens": 200, "seed": 7}
"""How the held-out question is asked: the same each time, so that only the model differs."""


def poll_run(ws: Workspace, run: Run, place: Place) -> Run:
    """Brings the run in the workspace up to date with its place, and returns it.

    A run that was never sent to the end is launched. Events and checkpoints are written before the
    state, so that a run that is final has all of them. Raises the SDK's errors where the place does
    not answer; the workspace then keeps what it had.
    """
    run = get_run(ws, run.id)
    if is_final(run.status):
        return run
    if not run.job_id:
        return launch(ws, run, place)
    # Whoever polls comes back anyway: no waiting, no trying again in here.
    client = client_for(place).with_options(max_retries=0, timeout=POLL_SECONDS)
    job = client.fine_tuning.jobs.retrieve(run.job_id)
    fresh = _new_events(client, run.job_id, known_events(ws, run.id))
    add_events(ws, run.id, [_event(event) for event in fresh])
    checkpoints = client.fine_tuning.jobs.checkpoints.list(run.job_id, limit=PAGE).data
    save_checkpoints(ws, run.id, [_checkpoint(checkpoint) for checkpoint in checkpoints])
    if job.status == "succeeded":
        _read_result(ws, client, run, job)
    changes = job_changes(job)
    if run.started is None and job.status == "running":
        changes["started"] = now()
    # What a person did meanwhile (cancel, pause) is newer than what was asked before.
    return update_run(ws, run.id, expected={run.status}, **changes)


def _new_events(client: "OpenAI", job_id: str, known: set[str]) -> list["FineTuningJobEvent"]:
    """The events that are not known yet, oldest first; the place gives the newest first."""
    found: dict[str, FineTuningJobEvent] = {}
    after: dict[str, Any] = {}
    for _ in range(MOST_PAGES):
        page = client.fine_tuning.jobs.list_events(job_id, limit=PAGE, **after)
        fresh = [event for event in page.data if event.id not in known and event.id not in found]
        found.update((event.id, event) for event in fresh)
        # Not page.has_next_page(): it goes on for ever where a place leaves `has_more` out and
        # ignores `after`, since each page is then the same one.
        if not fresh or len(fresh) < len(page.data) or page.has_more is False:
            break
        after = {"after": page.data[-1].id}
    return list(found.values())[::-1]


def _event(event: "FineTuningJobEvent") -> Event:
    return Event(
        event_id=event.id,
        created_at=moment(event.created_at) or now(),
        message=event.message or "",
        level=event.level or "info",
        type=event.type or "message",
        data=event.data if isinstance(event.data, dict) else {},
    )


def _checkpoint(checkpoint: "FineTuningJobCheckpoint") -> Checkpoint:
    return Checkpoint(
        checkpoint_id=checkpoint.id,
        step_number=checkpoint.step_number,
        model=checkpoint.fine_tuned_model_checkpoint or "",
        created_at=moment(checkpoint.created_at) or now(),
        metrics=checkpoint.metrics.to_dict() if checkpoint.metrics else {},
    )


def _read_result(ws: Workspace, client: "OpenAI", run: Run, job: "FineTuningJob") -> None:
    """Takes the figures from the result file where the events had none."""
    if not job.result_files or any(event.data for event in list_events(ws, run.id)):
        return
    rows = result_rows(client.files.content(job.result_files[0]).content)
    finished = moment(job.finished_at) or now()
    add_events(
        ws,
        run.id,
        [
            Event(
                event_id=f"{job.result_files[0]}-{number}",
                created_at=finished,
                message=f"Step {row['step']}, from the result file",
                type="metrics",
                data=dict(row),
            )
            for number, row in enumerate(rows)
            if row.get("step")
        ],
    )


def points_of(ws: Workspace, run: Run) -> list[MetricPoint]:
    """Returns the run's table of measurements as the workspace has it."""
    n_epochs = run.hyperparameters.get("n_epochs")
    return metrics_table(
        list_events(ws, run.id),
        list_checkpoints(ws, run.id),
        n_epochs=n_epochs if isinstance(n_epochs, int) else None,
    )


def save_samples(ws: Workspace, run: Run, place: Place) -> int:
    """Asks the base model and each new checkpoint the run's held-out question; keeps the answers.

    Epoch 0 is the base model. Returns how many answers were saved. A model that cannot be asked
    (yet) is passed over; the next call tries it again.
    """
    from openai import APIStatusError

    if not run.question or not run.job_id:
        return 0
    asked = {sample.model for sample in list_samples(ws, run.id)}
    models = _models_by_epoch(ws, run, asked)
    if not models:
        return 0
    client = client_for(place).with_options(max_retries=0, timeout=SAMPLE_SECONDS)
    saved = 0
    for epoch, model in models.items():
        messages: list[Any] = [{"role": "user", "content": run.question}]
        if run.system:
            messages.insert(0, {"role": "system", "content": run.system})
        try:
            answer = client.chat.completions.create(model=model, messages=messages, **SAMPLE)
        except APIStatusError:
            continue
        text = answer.choices[0].message.content or ""
        save_sample(ws, run.id, epoch, run.question, text, model=model)
        saved += 1
    return saved


def _models_by_epoch(ws: Workspace, run: Run, asked: set[str]) -> dict[int, str]:
    """The models that were not asked yet and can be, by epoch; the base model is epoch 0."""
    found = {} if run.model in asked else {0: run.model}
    checkpoints = [
        checkpoint
        for checkpoint in list_checkpoints(ws, run.id)
        if checkpoint.available and checkpoint.model and checkpoint.model not in asked
    ]
    if not checkpoints:
        return found
    epochs = {point.step: point.epoch for point in points_of(ws, run)}
    for checkpoint in checkpoints:
        epoch = epochs.get(checkpoint.step_number)
        if epoch is not None:
            found[round(epoch)] = checkpoint.model
    return found
