"""/v1/engine/catalogue, /downloads and /models: open models to look at, to fetch and to delete."""

from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from voicetune.engine.catalogue import OpenModel, load_catalogue, needs, shape_of, time_of
from voicetune.engine.coming_model import Download, checked_id, note_of
from voicetune.engine.engine import Engine, engine_of
from voicetune.engine.errors import invalid, not_found
from voicetune.engine.hub import ID_PATTERN
from voicetune.engine.job_store import FINAL, list_jobs, list_models
from voicetune.engine.memory import read_shape
from voicetune.engine.models import STARTER, find_base
from voicetune.engine.objects import Json
from voicetune.engine.store import Page, forget_speed
from voicetune.engine.wire import Wire, json_body, parse

MOST_NAMED = 3
"""Of the models that need a base model, those that a refusal names."""


class DownloadRequest(Wire):
    """The body of POST /engine/downloads."""

    model: Annotated[str, Field(pattern=ID_PATTERN)]


async def catalogue(request: Request) -> JSONResponse:
    """Lists the open models that VoiceTune proposes, and what each would take on this computer."""
    engine = engine_of(request)
    await engine.wake()
    return JSONResponse(
        {
            "models": [_proposed(engine, model) for model in load_catalogue().models],
            "free_disk_bytes": engine.downloads.free_disk(),
            "free_memory_bytes": engine.generator.machine.free_bytes,
        }
    )


async def look(request: Request) -> JSONResponse:
    """Asks the Hub what any model is, and says whether it can be trained here."""
    engine = engine_of(request)
    model = checked_id(request.path_params["model"])
    found = await engine.downloads.look(model)
    size = sum(file["bytes"] for file in found["files"])
    weights = [file for file in found["files"] if file["name"].endswith(".safetensors")]
    names = {file["name"] for file in found["files"]}
    # Weights come as 16-bit numbers almost always; what is here is counted instead.
    shape = read_shape(found["config"], sum(file["bytes"] for file in weights) // 2)
    text = found["config"].get("text_config", found["config"])
    context = text.get("max_position_embeddings") if isinstance(text, dict) else None
    free = engine.downloads.free_disk()
    memory = {"memory_bytes": None, "fits": None}
    return JSONResponse(
        {
            "id": found["model"],
            "licence": found["licence"],
            "gated": found["gated"],
            "download_bytes": size,
            "context": context if isinstance(context, int) else None,
            "has": {
                "safetensors": bool(weights),
                "tokenizer": "tokenizer.json" in names,
                "chat_template": found["template"],
            },
            "problem": found["problem"],
            "here": find_base(engine.store.home, found["model"]) is not None,
            "free_disk_bytes": free,
            "enough_disk": size <= free,
            **(memory if shape is None else needs(shape, engine.generator.machine)),
        }
    )


async def download(request: Request) -> JSONResponse:
    """Starts to fetch a model, or goes on with it."""
    wanted = parse(DownloadRequest, await json_body(request))
    return JSONResponse(_object(await engine_of(request).downloads.start(wanted.model)))


async def list_downloads(request: Request) -> JSONResponse:
    """Lists the downloads, the newest first."""
    found = engine_of(request).downloads.newest_first()
    return JSONResponse({"object": "list", "data": [_object(each) for each in found]})


async def cancel(request: Request) -> JSONResponse:
    """Stops a download; what has come is kept."""
    downloads = engine_of(request).downloads
    return JSONResponse(_object(await downloads.cancel(request.path_params["download_id"])))


async def delete(request: Request) -> JSONResponse:
    """Deletes a downloaded base model that nothing needs, or what has come of one."""
    engine = engine_of(request)
    model: str = request.path_params["model"]
    base = find_base(engine.store.home, model)
    if base is None:
        if not await engine.downloads.discard(checked_id(model)):
            raise not_found(
                f"The model '{model}' is not on this computer.", "model", "model_not_found"
            )
        return _deleted(model)
    if base.id == STARTER or base.folder.is_symlink() or note_of(base.folder) is None:
        raise invalid(
            f"'{model}' was not downloaded by VoiceTune, so it is not deleted either. "
            f"It is in {base.folder}.",
            "model",
            "model_not_deletable",
        )
    _refuse_needed(engine, model)
    await engine.downloads.remove(model)
    forget_speed(engine.store, model)
    return _deleted(model)


def _refuse_needed(engine: Engine, model: str) -> None:
    jobs = [
        job
        for job in list_jobs(engine.store, Page(limit=2**31))[0]
        if job.base == model and job.status not in FINAL
    ]
    if jobs:
        raise invalid(f"The job {jobs[-1].id} trains on '{model}'.", "model", "model_in_use")
    tuned = [each.id for each in list_models(engine.store) if each.base == model]
    if tuned:
        named = ", ".join(tuned[:MOST_NAMED]) + (" and others" if tuned[MOST_NAMED:] else "")
        raise invalid(
            f"Models tuned from '{model}' cannot answer without it: {named}. Delete them first.",
            "model",
            "model_in_use",
        )


def _proposed(engine: Engine, model: OpenModel) -> Json:
    base = find_base(engine.store.home, model.id)
    shape = (shape_of(base.folder) if base else None) or model.memory_shape
    return {
        "id": model.id,
        "name": model.name,
        "licence": model.licence,
        "parameters": model.parameters,
        "download_bytes": model.download_bytes,
        "context": model.context,
        "thinks": model.thinks,
        "quality": model.quality,
        "as_of": model.as_of.isoformat(),
        "here": base is not None,
        **needs(shape, engine.generator.machine),
        "time": time_of(engine.store, model.id, shape),
    }


def _object(download: Download) -> Json:
    return {
        "id": download.id,
        "object": "engine.download",
        "model": download.model,
        "licence": download.licence,
        "status": download.status,
        "bytes": download.bytes,
        "total_bytes": download.total_bytes,
        "created_at": download.created_at,
        "error": download.error,
    }


def _deleted(model: str) -> JSONResponse:
    answer: dict[str, Any] = {"id": model, "object": "model", "deleted": True}
    return JSONResponse(answer)


routes = [
    Route("/engine/catalogue", catalogue, methods=["GET"]),
    Route("/engine/catalogue/{model:path}", look, methods=["GET"]),
    Route("/engine/downloads", list_downloads, methods=["GET"]),
    Route("/engine/downloads", download, methods=["POST"]),
    Route("/engine/downloads/{download_id}/cancel", cancel, methods=["POST"]),
    Route("/engine/models/{model:path}", delete, methods=["DELETE"]),
]
