"""/v1/models: the base models of this computer, the tuned ones and their checkpoints."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from voicetune.engine.engine import engine_of
from voicetune.engine.errors import invalid
from voicetune.engine.job_store import FINAL, delete_model, list_jobs, list_models
from voicetune.engine.models import STARTER, Base, base_models, load_of
from voicetune.engine.objects import Json, model_object
from voicetune.engine.store import Page

TUNED_HERE = "local"


async def list_all(request: Request) -> JSONResponse:
    """Lists every model that can be used in chat."""
    store = engine_of(request).store
    data = [_base_object(base) for base in base_models(store.home)]
    data += [model_object(each.id, each.created_at, TUNED_HERE) for each in list_models(store)]
    return JSONResponse({"object": "list", "data": data})


async def retrieve(request: Request) -> JSONResponse:
    """Returns a model."""
    model = load_of(engine_of(request).store, request.path_params["model"])
    if model.tuned is None:
        return JSONResponse(_base_object(model.base))
    return JSONResponse(model_object(model.tuned.id, model.tuned.created_at, TUNED_HERE))


async def delete(request: Request) -> JSONResponse:
    """Deletes a tuned model or a checkpoint that no open job builds on."""
    store = engine_of(request).store
    model = load_of(store, request.path_params["model"])
    if model.tuned is None:
        raise invalid("Only a tuned model can be deleted here.", "model", "model_not_deletable")
    for job in list_jobs(store, Page(limit=2**31))[0]:
        if job.status not in FINAL and model.tuned.id == job.model:
            raise invalid(f"The job {job.id} trains on top of it.", "model", "model_in_use")
    delete_model(store, model.tuned.id)
    return JSONResponse({"id": model.tuned.id, "object": "model", "deleted": True})


def _base_object(base: Base) -> Json:
    owner = "voicetune" if base.id == STARTER else "local"
    return model_object(base.id, base.created_at, owner)


routes = [
    Route("/models", list_all, methods=["GET"]),
    Route("/models/{model:path}", retrieve, methods=["GET"]),
    Route("/models/{model:path}", delete, methods=["DELETE"]),
]
