"""/v1/fine_tuning/jobs: create, list, follow, cancel, pause and resume jobs."""

import re
import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from voicetune.engine.engine import engine_of
from voicetune.engine.errors import invalid, not_found
from voicetune.engine.job_store import (
    Job,
    add_event,
    add_job,
    get_job,
    list_checkpoints,
    list_events,
    list_jobs,
)
from voicetune.engine.models import load_of
from voicetune.engine.objects import checkpoint_object, event_object, job_object, list_object
from voicetune.engine.store import Store, get_file, new_id, now
from voicetune.engine.wire import JobRequest, json_body, page_query, parse, plain_suffix

_METADATA_KEY = re.compile(r"metadata\[(.*)\]", re.DOTALL)


async def create(request: Request) -> JSONResponse:
    """Creates a job; its files are checked next, then it is queued."""
    engine = engine_of(request)
    asked = parse(JobRequest, await json_body(request))
    asked.refuse_unsupported()
    base = load_of(engine.store, asked.model).base.id
    _need_file(engine.store, asked.training_file, "training_file")
    if asked.validation_file is not None:
        _need_file(engine.store, asked.validation_file, "validation_file")
    job = Job(
        id=new_id("ftjob"),
        created_at=now(),
        model=asked.model,
        base=base,
        name=f"ft:{base}:local:{plain_suffix(asked.suffix)}:{secrets.token_hex(4)}",
        seed=secrets.randbelow(2**31) if asked.seed is None else asked.seed,
        training_file=asked.training_file,
        validation_file=asked.validation_file,
        method=asked.method_name,
        hyperparameters=asked.chosen.model_dump(),
        metadata=asked.metadata,
        early_stopping=bool(asked.early_stopping),
    )
    with engine.store.transaction():
        add_job(engine.store, job)
        add_event(engine.store, job.id, f"Created fine-tuning job: {job.id}")
        add_event(engine.store, job.id, f"Validating training file: {job.training_file}")
    engine.queue.check(job)
    return JSONResponse(job_object(job))


async def list_all(request: Request) -> JSONResponse:
    """Lists the jobs, newest first; metadata[key]=value keeps those that carry the pair."""
    page = page_query(request).page(usual=20, most=100)
    metadata = {
        match[1]: value
        for key, value in request.query_params.items()
        if (match := _METADATA_KEY.fullmatch(key))
    }
    bare = request.query_params.get("metadata") == "null"
    jobs, has_more = list_jobs(engine_of(request).store, page, metadata, bare=bare)
    return JSONResponse(list_object([job_object(job) for job in jobs], has_more=has_more))


async def retrieve(request: Request) -> JSONResponse:
    """Returns a job."""
    return JSONResponse(job_object(_job(request)))


async def cancel(request: Request) -> JSONResponse:
    """Ends a job."""
    return JSONResponse(job_object(await engine_of(request).queue.cancel(_job(request).id)))


async def pause(request: Request) -> JSONResponse:
    """Pauses a job; a long step may still be under way when this answers."""
    return JSONResponse(job_object(await engine_of(request).queue.pause(_job(request).id)))


async def resume(request: Request) -> JSONResponse:
    """Resumes a paused job."""
    return JSONResponse(job_object(engine_of(request).queue.resume(_job(request).id)))


async def events(request: Request) -> JSONResponse:
    """Lists a job's events, newest first."""
    job = _job(request)
    page = page_query(request).page(usual=20, most=1000)
    found, has_more = list_events(engine_of(request).store, job.id, page)
    return JSONResponse(list_object([event_object(event) for event in found], has_more=has_more))


async def checkpoints(request: Request) -> JSONResponse:
    """Lists a job's checkpoints, latest step first."""
    job = _job(request)
    page = page_query(request).page(usual=10, most=100)
    found, has_more = list_checkpoints(engine_of(request).store, job.id, page)
    return JSONResponse(list_object([checkpoint_object(each) for each in found], has_more=has_more))


def _need_file(store: Store, file_id: str, param: str) -> None:
    file = get_file(store, file_id)
    if file is None:
        raise invalid(f"There is no file '{file_id}' here.", param=param, code="file_not_found")
    if file.purpose != "fine-tune":
        raise invalid(f"'{file_id}' is not a training file.", param=param, code="file_purpose")


def _job(request: Request) -> Job:
    job_id = request.path_params["job_id"]
    job = get_job(engine_of(request).store, job_id)
    if job is None:
        raise not_found(
            f"There is no fine-tuning job '{job_id}' here.",
            param="fine_tuning_job_id",
            code="fine_tune_not_found",
        )
    return job


routes = [
    Route("/fine_tuning/jobs", create, methods=["POST"]),
    Route("/fine_tuning/jobs", list_all, methods=["GET"]),
    Route("/fine_tuning/jobs/{job_id}", retrieve, methods=["GET"]),
    Route("/fine_tuning/jobs/{job_id}/cancel", cancel, methods=["POST"]),
    Route("/fine_tuning/jobs/{job_id}/pause", pause, methods=["POST"]),
    Route("/fine_tuning/jobs/{job_id}/resume", resume, methods=["POST"]),
    Route("/fine_tuning/jobs/{job_id}/events", events, methods=["GET"]),
    Route("/fine_tuning/jobs/{job_id}/checkpoints", checkpoints, methods=["GET"]),
]
