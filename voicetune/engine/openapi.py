"""The engine's own description in OpenAPI 3.1, at /openapi.json: what it takes and answers.

Request bodies come from the models that check them, so that the description cannot fall behind.
"""

from typing import Any

from pydantic.json_schema import models_json_schema

from voicetune import __version__
from voicetune.engine.routes_catalogue import DownloadRequest
from voicetune.engine.schemas import SCHEMAS, TEXT, Schema, ref
from voicetune.engine.wire import ChatRequest, JobRequest

_PREFIX = "#/components/schemas/{model}"
_BINARY: Schema = {"type": "string", "format": "binary"}
_LIMITED = ("limit", "after")


def describe() -> dict[str, Any]:
    """Returns the whole description."""
    bodies, shared = models_json_schema(
        [(each, "validation") for each in (JobRequest, ChatRequest, DownloadRequest)],
        ref_template=_PREFIX,
    )
    job, chat, download = (
        bodies[each, "validation"] for each in (JobRequest, ChatRequest, DownloadRequest)
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "VoiceTune's local engine", "version": __version__},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**SCHEMAS, **shared["$defs"]},
        },
        "paths": {
            "/health": {"get": _operation("health", _answers("Health"), security=[])},
            "/metrics": {"get": _operation("metrics", _content("text/plain", TEXT))},
            "/v1/engine": {"get": _operation("engine", _answers("EngineState"))},
            "/v1/engine/adapters": {
                "post": _operation(
                    "takeInAdapter", _answers("Model"), errors=(400, 404, 413), body=_adapter()
                )
            },
            "/v1/engine/adapters/{model}": {
                "get": _operation(
                    "adapter", _content("application/zip", _BINARY), ["model"], (400, 404)
                )
            },
            **_catalogue_paths(download),
            "/v1/files": {
                "get": _operation(
                    "listFiles", _answers("FileList"), errors=(400,), query=("order", "purpose")
                ),
                "post": _operation(
                    "createFile", _answers("File"), errors=(400, 413, 507), body=_upload()
                ),
            },
            "/v1/files/{file_id}": {
                "get": _operation("retrieveFile", _answers("File"), ["file_id"], (404,)),
                "delete": _operation("deleteFile", _answers("Deleted"), ["file_id"], (400, 404)),
            },
            "/v1/files/{file_id}/content": {
                "get": _operation(
                    "readFile", _content("application/octet-stream", _BINARY), ["file_id"], (404,)
                )
            },
            **_job_paths(job),
            "/v1/models": {"get": _operation("listModels", _answers("ModelList"))},
            "/v1/models/{model}": {
                "get": _operation("retrieveModel", _answers("Model"), ["model"], (404,)),
                "delete": _operation("deleteModel", _answers("Deleted"), ["model"], (400, 404)),
            },
            "/v1/chat/completions": {
                "post": _operation(
                    "createChatCompletion",
                    _answers("ChatCompletion") | _content("text/event-stream", TEXT),
                    errors=(400, 404, 413, 429, 503),
                    body=_json(chat),
                )
            },
        },
    }


def _catalogue_paths(body: Schema) -> dict[str, Any]:
    return {
        "/v1/engine/catalogue": {"get": _operation("catalogue", _answers("Catalogue"))},
        "/v1/engine/catalogue/{model}": {
            "get": _operation("lookUpModel", _answers("HubModel"), ["model"], (400, 403, 404, 503))
        },
        "/v1/engine/downloads": {
            "get": _operation("listDownloads", _answers("DownloadList")),
            "post": _operation(
                "startDownload",
                _answers("Download"),
                errors=(400, 403, 404, 413, 503, 507),
                body=_json(body),
            ),
        },
        "/v1/engine/downloads/{download_id}/cancel": {
            "post": _operation("cancelDownload", _answers("Download"), ["download_id"], (400, 404))
        },
        "/v1/engine/models/{model}": {
            "delete": _operation("deleteBaseModel", _answers("Deleted"), ["model"], (400, 404))
        },
    }


def _job_paths(body: Schema) -> dict[str, Any]:
    one = "/v1/fine_tuning/jobs/{fine_tuning_job_id}"
    job = ["fine_tuning_job_id"]
    paths: dict[str, Any] = {
        "/v1/fine_tuning/jobs": {
            "get": _operation(
                "listJobs", _answers("FineTuningJobList"), errors=(400,), query=_LIMITED
            ),
            "post": _operation(
                "createJob", _answers("FineTuningJob"), errors=(400, 404, 413), body=_json(body)
            ),
        },
        one: {"get": _operation("retrieveJob", _answers("FineTuningJob"), job, (404,))},
    }
    for verb in ("cancel", "pause", "resume"):
        paths[f"{one}/{verb}"] = {
            "post": _operation(f"{verb}Job", _answers("FineTuningJob"), job, (400, 404))
        }
    for name, answer in (
        ("events", "FineTuningEventList"),
        ("checkpoints", "FineTuningCheckpointList"),
    ):
        paths[f"{one}/{name}"] = {
            "get": _operation(f"list{name.title()}", _answers(answer), job, (400, 404), _LIMITED)
        }
    return paths


def _operation(
    name: str,
    content: Schema,
    path: list[str] | None = None,
    errors: tuple[int, ...] = (),
    query: tuple[str, ...] = (),
    *,
    body: Schema | None = None,
    security: list[Any] | None = None,
) -> dict[str, Any]:
    parameters = [
        {"name": each, "in": "path", "required": True, "schema": {**TEXT, "minLength": 1}}
        for each in path or []
    ]
    parameters += [_QUERY[each] for each in dict.fromkeys((*query, *_LIMITED) if query else ())]
    operation: dict[str, Any] = {
        "operationId": name,
        "parameters": parameters,
        "responses": {"200": {"description": "Done.", "content": content}},
    }
    refused = {401, 421, *errors} if security is None else {421}
    for status in sorted(refused):
        operation["responses"][str(status)] = {
            "description": "Refused, with the reason.",
            "content": _answers("Error"),
        }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": body}
    if security is not None:
        operation["security"] = security
    return operation


_QUERY: dict[str, Schema] = {
    "after": {"name": "after", "in": "query", "schema": {**TEXT, "maxLength": 128}},
    "limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}},
    "order": {"name": "order", "in": "query", "schema": {"enum": ["asc", "desc"]}},
    "purpose": {"name": "purpose", "in": "query", "schema": {**TEXT, "maxLength": 64}},
}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _answers(name: str) -> Schema:
    return _json(ref(name))


def _content(kind: str, schema: Schema) -> Schema:
    return {kind: {"schema": schema}}


def _adapter() -> Schema:
    fields = {"file": _BINARY, "model": TEXT, "label": TEXT}
    schema = {"type": "object", "properties": fields, "required": ["file", "model"]}
    return _content("multipart/form-data", schema)


def _upload() -> Schema:
    fields = {"file": _BINARY, "purpose": {"const": "fine-tune"}}
    form = {"type": "object", "properties": fields, "required": list(fields)}
    return _content("multipart/form-data", form)
