"""/v1/engine: what OpenAI's API has no word for. The engine's state, and adapters to take home."""

import asyncio
import json
import secrets
import zipfile
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import Route

from voicetune import __version__
from voicetune.engine.engine import engine_of
from voicetune.engine.errors import invalid
from voicetune.engine.models import Base, Loadable, base_models, load_of
from voicetune.engine.objects import Json
from voicetune.engine.store import Store, speed_of

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date that every file in a ZIP carries, so that the same adapter gives the same bytes."""


async def state(request: Request) -> JSONResponse:
    """Returns the version, the base models with their measured speed, and how many jobs wait."""
    engine = engine_of(request)
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
    await asyncio.to_thread(_write_zip, model, model.tuned.folder, target)
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
    }


def _write_zip(model: Loadable, folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.iterdir()):
            if path.is_file():
                content = path.read_bytes()
                if path.name == "adapter_config.json":
                    # The base model's place on this computer says nothing elsewhere.
                    config = json.loads(content)
                    config["base_model_name_or_path"] = model.base.id
                    content = json.dumps(config, indent=2).encode()
                archive.writestr(zipfile.ZipInfo(path.name, EARLIEST), content)


routes = [
    Route("/engine", state, methods=["GET"]),
    Route("/engine/adapters/{model:path}", adapter, methods=["GET"]),
]
