"""Following a run: its state, events, checkpoints and result, and its voice after each epoch.

What places send is read as plain data and little of it is relied on: fields may be missing or null,
states unknown, pages without an end, events repeated or in any order.
"""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from voicetune.providers.client import Place, client_for
from voicetune.providers.errors import without_key
from voicetune.providers.profiles import Profile
from voicetune.runs.answering import AT_ONCE
from voicetune.runs.job import job_changes, moment
from voicetune.runs.launch import launch
from voicetune.runs.sending import Row, has_job
from voicetune.training.metrics import (
    SOURCES,
    MetricPoint,
    figures_in_words,
    has_loss,
    metrics_table,
    result_rows,
)
from voicetune.training.status import GONE, is_final
from voicetune.training.verdicts import moderation_block
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

PAGE = 100
MOST_PAGES = 500
"""More than any run has: a place that never ends its pages does not hold us for ever."""
POLL_SECONDS = 30.0
SAMPLE_SECONDS = 120.0
"""How long a place may take to say how a job stands, and to answer the held-out question."""
SAMPLE: dict[str, Any] = {"temperature": 0.5, "max_tokens": 200, "seed": 7}
"""How the held-out question is asked: the same each time, so that only the model differs."""
SETTLING = timedelta(minutes=10)
"""A job that is not found so soon after its launch may only not be listed yet."""
RESULT = "result"
"""The type of our own events that hold a row of the result file."""


def poll_run(ws: Workspace, run: Run, place: Place, *, clock: Callable[[], datetime] = now) -> Run:
    """Brings the run in the workspace up to date with its place, and returns it.

    A run that was never sent to the end is launched. Events and checkpoints are written before the
    state, so that a run that is final has all of them. A job that someone deleted at the place
    makes the run GONE. Raises the SDK's errors where the place does not answer; the workspace then
    keeps what it had.
    """
    from openai import NotFoundError

    run = get_run(ws, run.id)
    if is_final(run.status):
        return run
    if not run.job_id:
        return launch(ws, run, place, clock=clock)
    # Whoever polls comes back anyway: no waiting, no trying again in here.
    client = client_for(place).with_options(max_retries=0, timeout=POLL_SECONDS)
    try:
        job = client.fine_tuning.jobs.retrieve(run.job_id).to_dict(warnings=False)
    except NotFoundError:
        settling = clock() - run.created < SETTLING and not run.rehearsal
        if settling or has_job(client, run.job_id):
            raise
        return update_run(ws, run.id, status=GONE, message=_gone(place), finished=clock())
    with suppress(NotFoundError):  # a place without such a page
        fresh = _new_events(client, run.job_id, known_events(ws, run.id))
        add_events(ws, run.id, [_event(event, place) for event in fresh])
    with suppress(NotFoundError):
        checkpoints = client.fine_tuning.jobs.checkpoints.list(run.job_id, limit=PAGE).data or []
        rows = [each.to_dict(warnings=False) for each in checkpoints]
        save_checkpoints(ws, run.id, [_checkpoint(row) for row in rows if row.get("id")])
    changes = job_changes({**job, "id": run.job_id}, place.profile)
    changes["message"] = without_key(changes["message"], place)
    if changes["status"] == "succeeded":
        _read_result(ws, client, run, job, place.profile)
        if not changes["fine_tuned_model"]:
            block = moderation_block(list_events(ws, run.id))
            changes |= {"status": "failed", "message": block} if block else {}
    if run.started is None and changes["status"] == "running":
        changes["started"] = clock()
    # What a person did meanwhile (cancel, pause) is newer than what was asked before.
    return update_run(ws, run.id, expected={run.status}, **changes)


def _gone(place: Place) -> str:
    if place.rehearsal:
        return "This rehearsal ended when VoiceTune was closed."
    return (
        f"{place.profile.name} does not have this training any more: it was deleted there, or the "
        "key is now one of another account. What was reported until then is kept here."
    )


def _new_events(client: "OpenAI", job_id: str, known: set[str]) -> list[Row]:
    """The events that are not known yet, oldest first; most places give the newest first."""
    found: dict[str, Row] = {}
    after: dict[str, Any] = {}
    before: list[str] = []
    newest_first = True
    for _ in range(MOST_PAGES):
        page = client.fine_tuning.jobs.list_events(job_id, limit=PAGE, **after)
        rows = [_named(event.to_dict(warnings=False)) for event in page.data or []]
        ids = [row["id"] for row in rows]
        # Not page.has_next_page(): it goes on for ever where a place leaves `has_more` out and
        # ignores `after`, since each page is then the same one.
        if not rows or ids == before:
            break
        if not before:
            newest_first = _when(rows[0]) >= _when(rows[-1])
        fresh = {row["id"]: row for row in rows if row["id"] not in known | found.keys()}
        found |= fresh
        more = getattr(page, "has_more", None)
        reached = len(fresh) < len(rows) and (newest_first or more is not True)
        if more is False or reached:
            break
        before, after = ids, {"after": ids[-1]}
    return list(found.values())[:: -1 if newest_first else 1]


def _named(event: Row) -> Row:
    """Gives an event that comes without an id one that follows from what it says."""
    if not event.get("id"):
        said = repr([event.get("created_at"), event.get("message"), event.get("data")])
        event["id"] = f"said-{hashlib.sha256(said.encode()).hexdigest()[:24]}"
    return event


def _when(event: Row) -> float:
    made = moment(event.get("created_at"))
    return made.timestamp() if made else 0.0


def _event(event: Row, place: Place) -> Event:
    message, data = without_key(str(event.get("message") or ""), place), event.get("data")
    return Event(
        event_id=str(event["id"]),
        created_at=moment(event.get("created_at")) or now(),
        message=message,
        level=str(event.get("level") or "info"),
        type=str(event.get("type") or "message"),
        data=data if isinstance(data, dict) and data else figures_in_words(message),
    )


def _checkpoint(checkpoint: Row) -> Checkpoint:
    metrics = checkpoint.get("metrics")
    step = checkpoint.get("step_number")
    if not isinstance(step, int):
        step = (metrics or {}).get("step") if isinstance(metrics, Mapping) else None
    return Checkpoint(
        checkpoint_id=str(checkpoint["id"]),
        step_number=int(step or 0),
        model=str(checkpoint.get("fine_tuned_model_checkpoint") or ""),
        created_at=moment(checkpoint.get("created_at")) or now(),
        metrics=dict(metrics) if isinstance(metrics, Mapping) else {},
    )


def _read_result(ws: Workspace, client: "OpenAI", run: Run, job: Row, profile: Profile) -> None:
    """Takes the figures from the result file, where no source before it has a loss."""
    from openai import APIStatusError

    order = profile.losses.order if profile.losses else SOURCES
    known = {
        "events": [event.data for event in list_events(ws, run.id)],
        "checkpoints": [checkpoint.metrics for checkpoint in list_checkpoints(ws, run.id)],
    }
    earlier = order[: order.index("results")] if "results" in order else order
    if any(has_loss(row) for source in earlier for row in known[source]):
        return
    for file_id in job.get("result_files") or []:
        try:
            rows = result_rows(client.files.content(file_id).content)
        except APIStatusError as error:
            if error.status_code >= 500:
                raise
            continue  # deleted, or not for this key
        columns = profile.losses.columns if profile.losses else {}
        finished = moment(job.get("finished_at")) or now()
        events = [
            Event(
                event_id=f"{file_id}-{number}",
                created_at=finished,
                message=f"Step {row['step']}, from the result file",
                type=RESULT,
                data=_our_names(row, columns),
            )
            for number, row in enumerate(rows)
            if row.get("step")
        ]
        if events:
            add_events(ws, run.id, events)
            return


def _our_names(row: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """A row of a result file with the columns that the profile names under our names as well."""
    found = dict(row)
    for name, theirs in columns.items():
        value = next((row[column] for column in theirs if row.get(column)), None)
        if value is not None:
            found[name] = value
    return found


def points_of(ws: Workspace, run: Run) -> list[MetricPoint]:
    """Returns the run's table of measurements as the workspace has it."""
    n_epochs = run.hyperparameters.get("n_epochs")
    events, checkpoints = list_events(ws, run.id), list_checkpoints(ws, run.id)
    last = max((checkpoint.step_number for checkpoint in checkpoints), default=None)
    return metrics_table(
        [event for event in events if event.type != RESULT],
        checkpoints,
        results=[event.data for event in events if event.type == RESULT],
        order=run.settings.get("loss_order") or SOURCES,
        n_epochs=n_epochs if isinstance(n_epochs, int) else None,
        # The last checkpoint of a finished run is its last step, where no event says how many.
        total_steps=last if run.status == "succeeded" else None,
    )


def save_samples(ws: Workspace, run: Run, place: Place) -> int:
    """Asks the model at the start and each new checkpoint the held-out question; keeps the answers.

    Epoch 0 is the model that the run starts from. Returns how many answers were saved. A model that
    cannot be asked (yet) is passed over; the next call tries it again.
    """
    from openai import APIStatusError

    if not run.question or not run.job_id or place.profile.serving.how not in AT_ONCE:
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
    """The models that were not asked yet and can be, by epoch; 0 is the one it starts from."""
    found = {} if run.starts_from in asked else {0: run.starts_from}
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
