"""What a launch asks of a place: its files, whether they are ready, its job, and both again.

Nothing here tries again by itself, since the SDK would send the same creation once more after a
lost reply; the launch does, once it has looked what became of the last try.
"""

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from voicetune.providers.client import Place, client_for
from voicetune.providers.profiles import Profile
from voicetune.runs.claim import Claim
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run, run_file, update_run

if TYPE_CHECKING:
    from openai import OpenAI

METADATA = "voicetune_run"
ASK_SECONDS = 30.0
"""How long a place may take to answer; shorter than a claim, see `claim.py`."""
UPLOAD_SECONDS = 600.0
PAGE = 100
MOST_PAGES = 20
UNREADY = frozenset({"pending", "running", "processing", "validating"})
SPOILT = frozenset({"error", "failed"})
_COLUMNS = {"training": "file_id", "validation": "validation_file_id"}

Row = dict[str, Any]


class SpoiltFileError(Exception):
    """The place could not read a file it took; the text is its own."""


def launch_client(place: Place) -> "OpenAI":
    """Returns the client for a launch's requests."""
    return client_for(place).with_options(max_retries=0, timeout=ASK_SECONDS)


def upload_missing(
    ws: Workspace, client: "OpenAI", run: Run, profile: Profile, claim: Claim
) -> Run:
    """Uploads what is not at the place yet, noting each file as soon as it is there."""
    # A launch that was cut off may have sent a file without getting to note its id.
    there = {row["filename"]: row["id"] for row in files_of(client, run)}
    for split, column in _COLUMNS.items():
        content = run_file(ws, run.id, split)
        if content is None or (split == "validation" and not profile.supports.validation_file):
            continue
        if profile.file_encoding == "utf-8-bom":
            content = BOM_UTF8 + content
        name = file_name(run, split)
        if name not in there:
            with claim.held():
                sending = client.with_options(timeout=UPLOAD_SECONDS)
                there[name] = sending.files.create(file=(name, content), purpose="fine-tune").id
        run = update_run(ws, run.id, **{column: there[name]})
    return run


def files_are_ready(client: "OpenAI", run: Run) -> bool:
    """Says whether the place has read the files; raises SpoiltFileError where it cannot.

    Places that do not say how a file stands are taken to be ready.
    """
    from openai import NotFoundError

    for file_id in filter(None, (run.file_id, run.validation_file_id)):
        try:
            file = client.files.retrieve(file_id).to_dict(warnings=False)
        except NotFoundError:
            continue  # a place that has no such page; creating the job tells
        status = file.get("status")
        if status in SPOILT:
            raise SpoiltFileError(str(file.get("status_details") or "It gave no reason."))
        if status in UNREADY:
            return False
    return True


def files_of(client: "OpenAI", run: Run) -> list[Row]:
    """Returns the run's files that are at the place."""
    names = {file_name(run, split) for split in _COLUMNS}
    return [row for page in _pages(client.files) for row in page if row.get("filename") in names]


def file_name(run: Run, split: str) -> str:
    """Returns the name under which a file is sent; it is how it is found again."""
    return f"voicetune-{run.key[:12]}-{split}.jsonl"


def create_job(client: "OpenAI", run: Run, profile: Profile) -> Row:
    """Asks for the job, in the place's own style, and returns it."""
    job = client.fine_tuning.jobs.create(**job_request(run, profile))
    return job.to_dict(warnings=False)


def job_request(run: Run, profile: Profile) -> dict[str, Any]:
    """Returns what is asked for; what the profile does not say the place takes is left out."""
    style, takes = profile.requests, profile.supports
    hyperparameters = {**style.extra_hyperparameters, **run.hyperparameters}
    request: dict[str, Any] = {"model": run.starts_from, "training_file": run.file_id}
    if takes.metadata:
        request["metadata"] = {METADATA: run.key}
    if style.hyperparameters == "method":
        method = "dpo" if run.on_pairs else "supervised"
        request["method"] = {"type": method, method: {"hyperparameters": hyperparameters}}
    else:
        request["hyperparameters"] = hyperparameters
    if run.validation_file_id:
        request["validation_file"] = run.validation_file_id
    if run.suffix and takes.suffix:
        request["suffix"] = run.suffix
    if run.seed is not None and takes.seed:
        request["seed"] = run.seed
    extra = dict(style.extra)
    if run.stops_early and run.validation_file_id:
        extra["early_stopping"] = True
    if extra:
        request["extra_body"] = extra
    return request


def find_job(client: "OpenAI", run: Run, files: set[str]) -> Row | None:
    """Looks for a job that carries the run's key, or trains on one of these files.

    The second is for places that drop metadata: there all jobs are looked through. Before anything
    was sent there are no files, and asking for the key is enough.
    """
    wanted = {} if files else {"metadata": {METADATA: run.key}}
    for page in _pages(client.fine_tuning.jobs, **wanted):
        for job in page:
            carried = (job.get("metadata") or {}).get(METADATA)
            if carried == run.key or job.get("training_file") in files:
                return job
    return None


def has_job(client: "OpenAI", job_id: str) -> bool:
    """Says whether the place lists a job."""
    pages = _pages(client.fine_tuning.jobs)
    return any(job.get("id") == job_id for page in pages for job in page)


def file_ids(client: "OpenAI", run: Run) -> set[str]:
    """Returns the ids of all files of the run, those noted and those found at the place."""
    known = {run.file_id, run.validation_file_id} - {None}
    return {str(each) for each in known} | {row["id"] for row in files_of(client, run)}


def _pages(resource: Any, **wanted: Any) -> Iterator[list[Row]]:
    """Goes through a listing, newest first, without trusting it to end."""
    seen: set[str] = set()
    after: dict[str, Any] = {}
    for _ in range(MOST_PAGES):
        page = resource.list(limit=PAGE, **wanted, **after)
        rows = [row.to_dict(warnings=False) for row in page.data or []]
        fresh = [row for row in rows if row.get("id") not in seen]
        seen.update(str(row.get("id")) for row in fresh)
        yield fresh
        if len(fresh) < len(rows) or not rows or getattr(page, "has_more", None) is not True:
            return
        after = {"after": rows[-1]["id"]}
