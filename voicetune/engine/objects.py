"""The objects of OpenAI's API, made from what the engine keeps."""

from collections.abc import Sequence
from typing import Any

from voicetune.engine.job_store import Checkpoint, Event, Job
from voicetune.engine.store import StoredFile

Json = dict[str, Any]

ORGANISATION = "local"


def file_object(file: StoredFile) -> Json:
    """Returns a `file`."""
    return {
        "id": file.id,
        "object": "file",
        "bytes": file.bytes,
        "created_at": file.created_at,
        "filename": file.filename,
        "purpose": file.purpose,
        "status": "processed",
    }


def job_object(job: Job) -> Json:
    """Returns a `fine_tuning.job`; "auto" gives way to the number once the trainer has chosen.

    `early_stopping`, which OpenAI's do not have, is in those jobs alone that were made with it.
    """
    hyperparameters = {**job.hyperparameters, **(job.chosen or {})}
    return {
        **({"early_stopping": True} if job.early_stopping else {}),
        "id": job.id,
        "object": "fine_tuning.job",
        "created_at": job.created_at,
        "error": job.error,
        "estimated_finish": job.estimated_finish,
        "fine_tuned_model": job.fine_tuned_model,
        "finished_at": job.finished_at,
        "hyperparameters": {k: v for k, v in hyperparameters.items() if k != "beta"},
        "integrations": [],
        "metadata": job.metadata,
        "method": {"type": job.method, job.method: {"hyperparameters": hyperparameters}},
        "model": job.model,
        "organization_id": ORGANISATION,
        "result_files": job.result_files,
        "seed": job.seed,
        "status": job.status,
        "trained_tokens": job.trained_tokens,
        "training_file": job.training_file,
        "validation_file": job.validation_file,
    }


def event_object(event: Event) -> Json:
    """Returns a `fine_tuning.job.event`."""
    return {"object": "fine_tuning.job.event", **event.model_dump()}


def checkpoint_object(checkpoint: Checkpoint) -> Json:
    """Returns a `fine_tuning.job.checkpoint`."""
    return {
        "id": checkpoint.id,
        "object": "fine_tuning.job.checkpoint",
        "created_at": checkpoint.created_at,
        "fine_tuned_model_checkpoint": checkpoint.model,
        "fine_tuning_job_id": checkpoint.job_id,
        "metrics": checkpoint.metrics,
        "step_number": checkpoint.step,
    }


def model_object(model_id: str, created: int, owner: str) -> Json:
    """Returns a `model`."""
    return {"id": model_id, "object": "model", "created": created, "owned_by": owner}


def list_object(data: Sequence[Json], *, has_more: bool) -> Json:
    """Returns a `list` with the ids that paging goes by."""
    return {
        "object": "list",
        "data": data,
        "has_more": has_more,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
    }
