"""What a job at a place means for its run in the workspace."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openai.types.fine_tuning import FineTuningJob


def job_changes(job: "FineTuningJob") -> dict[str, Any]:
    """Returns the run's fields that follow from the job; places may leave any field out."""
    changes: dict[str, Any] = {
        "job_id": job.id,
        "status": job.status,
        "fine_tuned_model": job.fine_tuned_model,
        "trained_tokens": job.trained_tokens,
        "estimated_finish": moment(job.estimated_finish),
        "finished": moment(job.finished_at),
        "message": job.error.message if job.error and job.error.message else "",
    }
    hyperparameters = _settled(job)
    if hyperparameters:
        changes["hyperparameters"] = hyperparameters
    return changes


def moment(seconds: int | None) -> datetime | None:
    """Returns Unix seconds as an aware moment."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _settled(job: "FineTuningJob") -> dict[str, Any]:
    """The hyperparameters that the place has decided on, without those still "auto"."""
    method = job.method.supervised if job.method else None
    sources = [method.hyperparameters if method else None, job.hyperparameters]
    return {
        name: value
        for source in sources
        if source is not None
        for name, value in source.to_dict().items()
        if value not in (None, "auto")
    }
