"""Launching a run once: freeze what it trains on, send it, create one job.

The idempotency key makes one run of a double click, a reload or two tabs. The job carries the key
as metadata, so that a launch that was cut off finds the job it may already have made.
"""

import hashlib
import json
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from voicetune.examples.writing import to_jsonl
from voicetune.providers.client import Place, client_for
from voicetune.providers.errors import explain
from voicetune.runs.claim import Claim, ClaimLostError, claimed
from voicetune.runs.job import job_changes
from voicetune.training.status import CREATING, NOT_STARTED, PREPARED, UPLOADING
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import get_dataset
from voicetune.workspace.examples import list_examples
from voicetune.workspace.runs import Run, create_run, get_run, list_runs, run_file, update_run

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.fine_tuning import FineTuningJob

METADATA = "voicetune_run"
CREATE_SECONDS = 30.0
"""How long a place may take to accept a job; shorter than a claim, see `claim.py`."""
PAGE = 100
LAUNCHABLE = frozenset({PREPARED, UPLOADING, CREATING, NOT_STARTED})
_COLUMNS = {"training": "file_id", "validation": "validation_file_id"}


class NotReadyError(Exception):
    """The data set cannot be trained on as it is; the text says why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose for a run; None leaves a hyperparameter to the place ("auto")."""

    n_epochs: int | None = None
    batch_size: int | None = None
    learning_rate_multiplier: float | None = None
    suffix: str = ""
    seed: int | None = None

    @property
    def hyperparameters(self) -> dict[str, int | float]:
        """The hyperparameters that were chosen, as the API names them."""
        chosen = {
            "n_epochs": self.n_epochs,
            "batch_size": self.batch_size,
            "learning_rate_multiplier": self.learning_rate_multiplier,
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
    what = [dataset_id, place.profile.id, model, asdict(settings), runs]
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
    examples = [example for example in list_examples(ws, dataset_id) if example.include]
    training = [example for example in examples if example.split == "training"]
    validation = [example for example in examples if example.split == "validation"]
    if not training:
        raise NotReadyError("None of the examples is for training. Include some, then try again.")
    systems = Counter(example.system for example in training)
    held_out = next((example.question for example in validation if example.question), "")
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
        settings=asdict(settings),
        system=systems.most_common(1)[0][0],
        question=held_out,
        training_examples=len(training),
        validation_examples=len(validation),
        estimate=estimate,
        files={
            "training": to_jsonl(training),
            **({"validation": to_jsonl(validation)} if validation else {}),
        },
    )


def launch(ws: Workspace, run: Run, place: Place) -> Run:
    """Sends a prepared run to its place and creates its job; does nothing twice.

    Returns the run as it then is: with a job, or NOT_STARTED with a sentence that says why. Where
    another thread or process is launching the same run, returns at once and leaves it to that one.
    A reply that was lost leaves the run CREATING, and the next call finds out what became of it.
    """
    with claimed(ws, run.id) as claim:
        run = get_run(ws, run.id)
        if claim is None or run.job_id or run.status not in LAUNCHABLE:
            return run
        try:
            return _launch(ws, client_for(place), run, place, claim)
        except ClaimLostError:
            return get_run(ws, run.id)


def _launch(ws: Workspace, client: "OpenAI", run: Run, place: Place, claim: Claim) -> Run:
    from openai import APIError, APIStatusError

    try:
        job = _find_job(client, run.key)
    except APIError as error:
        if run.status == CREATING:
            return _leave_open(ws, run, place, error)
        return _give_up(ws, client, run, place, error)
    if job is None:
        try:
            run = _send_files(ws, client, update_run(ws, run.id, status=UPLOADING, message=""))
        except APIError as error:
            return _give_up(ws, client, run, place, error)
        claim.renew()
        run = update_run(ws, run.id, status=CREATING)
        try:
            job = _create_job(client, run)
        except APIError as error:
            if isinstance(error, APIStatusError) and error.status_code < 500:
                return _give_up(ws, client, run, place, error)
            # The place may have created the job and only its answer was lost.
            try:
                job = _find_job(client, run.key)
            except APIError:
                return _leave_open(ws, run, place, error)
            if job is None:
                return _give_up(ws, client, run, place, error)
    return update_run(ws, run.id, **job_changes(job))


def _leave_open(ws: Workspace, run: Run, place: Place, error: Exception) -> Run:
    text = (
        f"{explain(error, place)} Whether training was started is not known yet: VoiceTune looks "
        "it up as soon as the place answers, and does not start it twice."
    )
    return update_run(ws, run.id, message=text)


def _give_up(ws: Workspace, client: "OpenAI", run: Run, place: Place, error: Exception) -> Run:
    """Takes back what was uploaded and keeps the run with the reason; it can be launched again."""
    from openai import APIError

    run = get_run(ws, run.id)
    client = client.with_options(max_retries=0, timeout=CREATE_SECONDS)
    with suppress(APIError):
        for file_id in {*_files_of(client, run).values(), run.file_id, run.validation_file_id}:
            if file_id:
                client.files.delete(file_id)
    return update_run(
        ws,
        run.id,
        status=NOT_STARTED,
        message=explain(error, place),
        file_id=None,
        validation_file_id=None,
    )


def _send_files(ws: Workspace, client: "OpenAI", run: Run) -> Run:
    """Uploads what is not at the place yet, noting each file as soon as it is there."""
    # A launch that was cut off may have sent a file without getting to note its id.
    there = _files_of(client, run)
    for split, column in _COLUMNS.items():
        content = run_file(ws, run.id, split)
        if content is None:
            continue
        name = _file_name(run, split)
        # No retries: one whose reply was lost would leave a second file behind.
        file_id = (
            there.get(name)
            or client.with_options(max_retries=0)
            .files.create(file=(name, content), purpose="fine-tune")
            .id
        )
        run = update_run(ws, run.id, **{column: file_id})
    return run


def _files_of(client: "OpenAI", run: Run) -> dict[str, str]:
    """The ids of the run's files that are at the place, by file name."""
    names = {_file_name(run, split) for split in _COLUMNS}
    files = client.files.list(limit=PAGE).data
    return {file.filename: file.id for file in files if file.filename in names}


def _file_name(run: Run, split: str) -> str:
    return f"voicetune-{run.key[:12]}-{split}.jsonl"


def _create_job(client: "OpenAI", run: Run) -> "FineTuningJob":
    request: dict[str, Any] = {
        "model": run.model,
        "training_file": run.file_id,
        "metadata": {METADATA: run.key},
        "method": {
            "type": "supervised",
            "supervised": {"hyperparameters": run.hyperparameters},
        },
    }
    for name, value in (
        ("validation_file", run.validation_file_id),
        ("suffix", run.suffix),
        ("seed", run.seed),
    ):
        if value not in (None, ""):
            request[name] = value
    # No retries: the SDK would send the same creation again after a lost reply.
    return client.with_options(max_retries=0, timeout=CREATE_SECONDS).fine_tuning.jobs.create(
        **request
    )


def _find_job(client: "OpenAI", key: str) -> "FineTuningJob | None":
    """Looks for a job that carries the key; places that do not filter are looked through."""
    jobs = client.fine_tuning.jobs.list(metadata={METADATA: key}, limit=PAGE).data
    return next((job for job in jobs if (job.metadata or {}).get(METADATA) == key), None)
