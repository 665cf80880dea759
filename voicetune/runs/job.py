"""What a job at a place means for its run in the workspace.

Jobs are read as plain data: the SDK does not check answers, and a field that a place leaves out
would be an AttributeError.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from voicetune.providers.profiles import Profile


def job_changes(job: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """Returns the run's fields that follow from the job; places may leave any field out."""
    changes: dict[str, Any] = {
        "job_id": job["id"],
        "status": profile.status_of(str(job.get("status") or "queued")),
        "fine_tuned_model": _text(job.get("fine_tuned_model")) or None,
        "trained_tokens": _whole(job.get("trained_tokens")),
        "estimated_finish": moment(job.get("estimated_finish")),
        "finished": moment(job.get("finished_at")),
        "message": error_message(job),
    }
    hyperparameters = _settled(job)
    if hyperparameters:
        changes["hyperparameters"] = hyperparameters
    return changes


def error_message(job: Mapping[str, Any]) -> str:
    """Returns what the place says went wrong, in its own words, or ""."""
    error = job.get("error")
    if isinstance(error, Mapping):
        return _text(error.get("message")) or _text(error.get("code"))
    return _text(error)


def moment(value: Any) -> datetime | None:
    """Returns a place's time as an aware moment: Unix seconds, or a date written out."""
    seconds = unix(value)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def unix(value: Any) -> float | None:
    """Returns a place's time as Unix seconds, or None where it is not one."""
    if isinstance(value, str):
        try:
            written = datetime.fromisoformat(value)
        except ValueError:
            return None
        return (written if written.tzinfo else written.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < 1e11 else None


def _settled(job: Mapping[str, Any]) -> dict[str, Any]:
    """The hyperparameters that the place has decided on, without those still "auto"."""
    method = job.get("method")
    method = method if isinstance(method, Mapping) else {}
    kind = method.get(str(method.get("type"))) or method.get("supervised")
    sources = [
        kind.get("hyperparameters") if isinstance(kind, Mapping) else None,
        job.get("hyperparameters"),
    ]
    return {
        name: value
        for source in sources
        if isinstance(source, Mapping)
        for name, value in source.items()
        if value not in (None, "auto")
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
