"""/v1/engine/adapters: adapters that were trained elsewhere, to be used here."""

import asyncio
import re

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from voicetune.engine.adapter_intake import register, unpack
from voicetune.engine.engine import engine_of
from voicetune.engine.errors import invalid, not_found
from voicetune.engine.models import find_base
from voicetune.engine.upload import receive_upload

LONGEST_LABEL = 40


async def take_in_adapter(request: Request) -> JSONResponse:
    """Takes a form with the ZIP as `file`, the base model's id as `model`, and a `label`."""
    store = engine_of(request).store
    upload = await receive_upload(request, store.uploads)
    try:
        base = find_base(store.home, upload.fields.get("model", ""))
        if base is None:
            raise not_found("The base model of this adapter is not on this computer.", "model")
        label = upload.fields.get("label", "")
        if not re.fullmatch(rf"[\w-]{{0,{LONGEST_LABEL}}}", label):
            raise invalid("A label is made of letters, digits, - and _.", "label")
        folder = await asyncio.to_thread(unpack, store, upload.path, base)
        model = register(store, folder, base, label)
    finally:
        upload.path.unlink()
    return JSONResponse(
        {"id": model.id, "object": "model", "created": model.created_at, "owned_by": "you"}
    )


routes = [Route("/engine/adapters", take_in_adapter, methods=["POST"])]
