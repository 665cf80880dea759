"""Launching a run once: freeze what it trains on, send it, create one job.

The idempotency key makes one run of a double click, a reload or two tabs. Where a launch stands is
written down before each thing it asks of a place, so that whoever comes next goes on from there and
first looks what became of the last request:

    prepared -> uploading -> creating -> the job's own states
                    \\___________\\_____ taking_back -> not_started   (the place does not want it)
                                   \\__ calling_off -> cancelled     (the person does not)

A launch never waits. A place that is busy is tried again when it says so, or after a longer pause
each time, by whoever polls the run; after LAUNCH_SPAN it is given up and what was sent taken back.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from voicetune.examples.preferences import sound_pairs
from voicetune.examples.writing import to_jsonl, to_pairs
from voicetune.providers.client import Place
from voicetune.providers.errors import explain, wait_asked_for, without_key, worth_another_try
from voicetune.providers.profiles import Profile
from voicetune.runs.claim import Claim, ClaimLostError, claimed
from voicetune.runs.held_out import HELD_OUT
from voicetune.runs.job import job_changes
from voicetune.runs.sending import (
    Row,
    SpoiltFileError,
    create_job,
    file_ids,
    files_are_ready,
    files_of,
    find_job,
    launch_client,
    upload_missing,
)
from voicetune.runs.taking_back import DELETING, take_back
from voicetune.training.status import (
    CALLING_OFF,
    CREATING,
    NOT_STARTED,
    PREPARED,
    TAKING_BACK,
    UPLOADING,
)
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import get_dataset
from voicetune.workspace.examples import list_examples
from voicetune.workspace.runs import Run, create_run, get_run, list_runs, update_run
from voicetune.workspace.schema import now

if TYPE_CHECKING:
    from openai import OpenAI

LAUNCH_SPAN = timedelta(minutes=10)
"""How long a place may be busy before a launch is given up."""
LONGEST_PAUSE = timedelta(minutes=1)
LAUNCHABLE = frozenset({PREPARED, UPLOADING, CREATING, NOT_STARTED, TAKING_BACK, CALLING_OFF})
FILE_PAUSE = timedelta(seconds=5)


class NotReadyError(Exception):
    """The data set cannot be trained on as it is; the text says why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose for a run; None leaves a hyperparameter to the place ("auto").

    `method` "dpo" trains on the set's preference pairs alone. `goes_on_from` is a tuned model of
    the base model that the run is for; "" is the base model itself. `beta` is for pairs only.
    `early_stopping` is heeded where the place has it and examples are kept apart.
    """

    n_epochs: int | None = None
    batch_size: int | None = None
    learning_rate_multiplier: float | None = None
    suffix: str = ""
    seed: int | None = None
    method: Literal["supervised", "dpo"] = "supervised"
    goes_on_from: str = ""
    beta: float | None = None
    early_stopping: bool = False

    @property
    def hyperparameters(self) -> dict[str, int | float]:
        """The hyperparameters that were chosen, as the API names them."""
        chosen = {
            "n_epochs": self.n_epochs,
            "batch_size": self.batch_size,
            "learning_rate_multiplier": self.learning_rate_multiplier,
            "beta": self.beta,
        }
        return {name: value for name, value in chosen.items() if value is not None}


def confirmation_key(
    ws: Workspace, dataset_id: int, place: Place, model: str, settings: Settings
) -> str:
    """Returns the idempotency key of one confirmation; call it when the dialog opens.

    Two tabs that confirm the same thing get the same key. Once a run of it exists, the next dialog
    gets another: training the same again on purpose is possible.
    """
    runs = len(list_runs(ws, dataset_id))
    what = [dataset_id, place.profile.id, model, asdict(settings), runs, place.rehearsal]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:32]


def prepare(
    ws: Workspace,
    dataset_id: int,
    place: Place,
    model: str,
    settings: Settings,
    key: str,
    *,
    estimate: dict[str, Any] | None = None,
) -> Run:
    """Freezes the exact files, settings, system message and held-out question as a run.

    With the key of a run that exists, returns that run as it is. Raises NotReadyError where there
    is nothing to train on.
    """
    on_pairs = settings.method == "dpo"
    examples = [example for example in list_examples(ws, dataset_id) if example.include]
    apart = [example for example in examples if example.split == "validation"]
    if on_pairs:
        examples = sound_pairs(examples)
    training = [example for example in examples if example.split == "training"]
    validation = [example for example in examples if example.split == "validation"]
    if not training:
        what = "pairs" if on_pairs else "examples"
        raise NotReadyError(f"None of the {what} is for training. Include some, then try again.")
    stops_early = settings.early_stopping and place.profile.supports.early_stopping
    systems = Counter(example.system for example in training)
    held_out = next((e.question for e in [*validation, *apart] if e.question), "")
    write = to_pairs if on_pairs else to_jsonl
    return create_run(
        ws,
        key=key,
        dataset_id=dataset_id,
        dataset_name=get_dataset(ws, dataset_id).name,
        place=place.profile.id,
        base_url=place.base_url,
        model=model,
        suffix=settings.suffix,
        seed=settings.seed,
        hyperparameters=settings.hyperparameters,
        settings={
            **asdict(settings),
            "early_stopping": stops_early,
            "loss_order": _loss_order(place.profile),
        },
        system=systems.most_common(1)[0][0],
        question=held_out,
        training_examples=len(training),
        validation_examples=len(validation),
        estimate=estimate,
        rehearsal=place.rehearsal,
        files={
            "training": write(training),
            **({"validation": write(validation)} if validation else {}),
            # Not sent: what the model is asked afterwards, where few pairs or none are kept apart.
            **({HELD_OUT: to_jsonl(apart)} if on_pairs and apart else {}),
        },
    )


def _loss_order(profile: Profile) -> list[str] | None:
    return list(profile.losses.order) if profile.losses else None


def launch(ws: Workspace, run: Run, place: Place, *, clock: Callable[[], datetime] = now) -> Run:
    """Takes a run as far towards its job as its place lets it now; does nothing twice.

    Returns the run as it then is: with a job, on its way and to be launched again later, or
    NOT_STARTED with a sentence that says why. Where another thread or process is launching the same
    run, returns at once and leaves it to that one.
    """
    with claimed(ws, run.id, clock) as claim:
        run = get_run(ws, run.id)
        if claim is None or run.job_id or run.status not in LAUNCHABLE:
            return run
        if run.try_again is not None and clock() < run.try_again:
            return run
        client = launch_client(place)
        if run.status in (TAKING_BACK, CALLING_OFF):
            return take_back(ws, client, run, place, clock)
        if run.launch_until is None or run.status == NOT_STARTED:
            until = clock() + LAUNCH_SPAN
            run = update_run(ws, run.id, launch_until=until, tries=0, status=PREPARED, message="")
        try:
            return _send(ws, client, run, place, claim)
        except ClaimLostError:
            return get_run(ws, run.id)


def _send(ws: Workspace, client: "OpenAI", run: Run, place: Place, claim: Claim) -> Run:
    from openai import APIConnectionError, APIError

    try:
        job = _create(ws, client, run, place, claim)
    except SpoiltFileError as error:
        said = without_key(str(error), place)
        reason = f"{place.profile.name} could not read the file it was sent: {said}"
        return _give_up(ws, client, get_run(ws, run.id), place, claim, reason)
    except APIError as error:
        run = get_run(ws, run.id)
        reason = explain(error, place)
        lasting = not worth_another_try(error)
        offline = isinstance(error, APIConnectionError) and not place.profile.local
        if run.status == PREPARED and (lasting or offline):
            # Nothing was sent. Whoever is offline is told so at once; the engine on this computer
            # may only be starting.
            return update_run(ws, run.id, status=NOT_STARTED, message=reason, try_again=None)
        if lasting:
            return _give_up(ws, client, run, place, claim, reason)
        pause = wait_asked_for(error, claim.clock())
        return _try_later(ws, client, run, place, claim, reason, pause)
    if job is None:
        return _try_later(ws, client, get_run(ws, run.id), place, claim, "", FILE_PAUSE)
    if run.tries:
        _sweep(client, run, job)
    return update_run(ws, run.id, **job_changes(job, place.profile), try_again=None)


def _create(ws: Workspace, client: "OpenAI", run: Run, place: Place, claim: Claim) -> Row | None:
    """Returns the run's job, made now or before; None while the place still reads the files."""
    from openai import APIConnectionError, InternalServerError

    if run.status != PREPARED:
        job = find_job(client, run, file_ids(client, run))
        if job is not None:
            return job
    else:
        job = find_job(client, run, set())
        if job is not None:
            return job
        run = update_run(ws, run.id, status=UPLOADING)
    run = upload_missing(ws, client, run, place.profile, claim)
    if not files_are_ready(client, run):
        return None
    claim.renew()
    run = update_run(ws, run.id, status=CREATING)
    try:
        return create_job(client, run, place.profile)
    except (APIConnectionError, InternalServerError):
        # The place may have created the job, and only its answer was lost.
        job = find_job(client, run, file_ids(client, run))
        if job is None:
            raise
        return job


def _try_later(
    ws: Workspace,
    client: "OpenAI",
    run: Run,
    place: Place,
    claim: Claim,
    reason: str,
    pause: timedelta | None,
) -> Run:
    """Notes when to try again, or gives up where that would be too late."""
    moment = claim.clock()
    again = moment + (pause or min(LONGEST_PAUSE, timedelta(seconds=2.0 ** (run.tries + 1))))
    until = run.launch_until or moment
    if again > until:
        reason = reason or f"{place.profile.name} did not get to read the files."
        return _give_up(ws, client, run, place, claim, reason)
    if reason:
        once = " and does not start it twice" if run.status == CREATING else ""
        reason = f"{reason} VoiceTune goes on by itself until {until.astimezone():%H:%M}{once}."
    return update_run(ws, run.id, try_again=again, tries=run.tries + 1, message=reason)


def _give_up(
    ws: Workspace, client: "OpenAI", run: Run, place: Place, claim: Claim, reason: str
) -> Run:
    """Takes back what was uploaded and keeps the run with the reason; it can be launched again."""
    run = update_run(
        ws, run.id, status=TAKING_BACK, message=reason + DELETING, try_again=None, tries=0
    )
    return take_back(ws, client, run, place, claim.clock)


def _sweep(client: "OpenAI", run: Run, job: Row) -> None:
    """Deletes a file that was sent twice, since the first one's reply was lost."""
    from openai import APIError

    used = {job.get("training_file"), job.get("validation_file")}
    with suppress(APIError):
        for file in files_of(client, run):
            if file["id"] not in used:
                client.files.delete(file["id"])
