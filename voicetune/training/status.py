"""What a training job is doing, in plain words beside the field's own term."""

from dataclasses import dataclass

PREPARED = "prepared"
"""The files are frozen in the workspace; nothing has been sent."""
UPLOADING = "uploading"
"""The files are on their way to the place; the job does not exist yet."""
CREATING = "creating"
"""The place was asked to start; whether it did is not known before it answers."""
NOT_STARTED = "not_started"
"""The place took no job; the run keeps its files and can be launched again."""

FINAL = frozenset({"succeeded", "failed", "cancelled", NOT_STARTED})
"""States after which nothing more happens by itself."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One state of a job: `words` for the person, `term` as the API calls it."""

    term: str
    words: str
    final: bool = False


_WORDS = {
    PREPARED: "Your examples are put aside for this run",
    UPLOADING: "Sending your examples",
    CREATING: "Asking for the training to start",
    NOT_STARTED: "Training did not start",
    "validating_files": "Checking your examples",
    "queued": "Waiting for its turn",
    "running": "Learning from your examples",
    "paused": "Paused: it goes on where it stopped when you resume it",
    "succeeded": "Finished: your model is ready",
    "failed": "Stopped by a problem",
    "cancelled": "Stopped by you",
}


def stage_of(status: str) -> Stage:
    """Returns the stage for a state; one that is not known is shown as it is and is not final."""
    words = _WORDS.get(status)
    if words is None:
        words = f"The place says: {status.replace('_', ' ')}"
    return Stage(term=status, words=words, final=status in FINAL)


def is_final(status: str) -> bool:
    """Says whether nothing more happens to a job in this state by itself."""
    return status in FINAL
