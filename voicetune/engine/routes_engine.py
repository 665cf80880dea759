"""/v1/engine: what OpenAI's API has no word for. The engine's state, and adapters to take home."""

import asyncio
import json
import secrets

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import Route

from voicetune import __version__
from voicetune.engine import routes_adapters
from voicetune.engine.adapter_archive import write_archive
from voicetune.engine.coming_model import note_of
from voicetune.engine.engine import engine_of
from voicetune.engine.errors import invalid
from voicetune.engine.job_store import get_job
from voicetune.engine.models import Base, base_models, load_of
from voicetune.engine.objects import Json
from voicetune.engine.store import Store, file_path, get_file, speed_of
from voicetune.examples.example import Example


async def state(request: Request) -> JSONResponse:
    """Returns the version, the base models with their measured speed, and how many jobs wait."""
    engine = engine_of(request)
    await engine.wake()  # who looks at the models is about to use one
    return JSONResponse(
        {
            "version": __version__,
            "models": [_describe(engine.store, base) for base in base_models(engine.store.home)],
            "queue": engine.queue.length,
            "chat": engine.generator.state,
        }
    )


async def adapter(request: Request) -> FileResponse:
    """Returns the adapter of a tuned model or checkpoint as a ZIP."""
    store = engine_of(request).store
    model = load_of(store, request.path_params["model"])
    if model.tuned is None:
        raise invalid("A base model has no adapter. Choose a tuned model.", "model")
    target = store.uploads / f"{secrets.token_hex(8)}.zip"
    await asyncio.to_thread(
        write_archive,
        target,
        model.tuned.folder,
        model_id=model.tuned.id,
        base=model.base,
        system=_system_of(store, model.tuned.job_id),
    )
    name = model.tuned.id.replace(":", "-").replace("/", "-")
    return FileResponse(
        target,
        media_type="application/zip",
        filename=f"{name}.zip",
        background=BackgroundTask(target.unlink),
    )


def _describe(store: Store, base: Base) -> Json:
    speed = speed_of(store, base.id)
    return {
        "id": base.id,
        "name": base.name,
        "folder": str(base.folder),
        "parameters": base.parameters,
        "context": base.context,
        "tokens_per_second": None if speed is None else speed[0],
        "measured_at": None if speed is None else speed[1],
        "licence": (note_of(base.folder) or {}).get("licence"),
    }


def _system_of(store: Store, job_id: str) -> str | None:
    """Returns the system message of the job's first example; None where its file is gone."""
    job = get_job(store, job_id)
    if job is None or get_file(store, job.training_file) is None:
        return None
    with file_path(store, job.training_file).open(encoding="utf-8-sig") as lines:
        line = json.loads(next(lines))
    messages = line["messages"] if "messages" in line else line["input"]["messages"]
    return Example(messages).system


routes = [
    Route("/engine", state, methods=["GET"]),
    Route("/engine/adapters/{model:path}", adapter, methods=["GET"]),
    *routes_adapters.routes,
]
