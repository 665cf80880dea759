"""What a training job is doing, in plain words beside the field's own term."""

from dataclasses import dataclass

PREPARED = "prepared"
"""The files are frozen in the workspace; nothing has been sent."""
UPLOADING = "uploading"
"""The files are on their way to the place; the job does not exist yet."""
CREATING = "creating"
"""The place was asked to start; whether it did is not known before it answers."""
TAKING_BACK = "taking_back"
"""The place took no job: what was uploaded is being deleted there."""
CALLING_OFF = "calling_off"
"""The person called the run off while it was being sent: likewise."""
NOT_STARTED = "not_started"
"""The place took no job; the run keeps its files and can be launched again."""

GONE = "gone"
"""The place does not have the job any more; someone deleted it there."""

FINAL = frozenset({"succeeded", "failed", "cancelled", NOT_STARTED, GONE})
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
    TAKING_BACK: "Training did not start; your files are being deleted there",
    CALLING_OFF: "Being called off; your files are being deleted there",
    NOT_STARTED: "Training did not start",
    GONE: "Its place does not have this training any more",
    "validating_files": "Checking your examples",
    "queued": "Waiting for its turn",
    "running": "Learning from your examples",
    "paused": "Paused: it goes on where it stopped when you resume it",
    "succeeded": "Finished: your model is ready",
    "failed": "Stopped by a problem",
    "cancelled": "Stopped by you",
}


def stage_of(status: str, *, on_pairs: bool = False) -> Stage:
    """Returns the stage for a state; one that is not known is shown as it is and is not final.

    `on_pairs`: the job learns from preference pairs, and the words say so.
    """
    words = _WORDS.get(status)
    if words is None:
        words = f"The place says: {status.replace('_', ' ')}"
    elif on_pairs:
        words = words.replace("examples", "preference pairs")
    return Stage(term=status, words=words, final=status in FINAL)


def is_final(status: str) -> bool:
    """Says whether nothing more happens to a job in this state by itself."""
    return status in FINAL
