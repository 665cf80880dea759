"""/v1/files: upload, list, retrieve, read and delete files."""

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import Route

from voicetune.engine.engine import engine_of
from voicetune.engine.errors import invalid, not_found
from voicetune.engine.job_store import FINAL, list_jobs
from voicetune.engine.objects import file_object, list_object
from voicetune.engine.store import (
    Page,
    StoredFile,
    add_file,
    delete_file,
    file_path,
    get_file,
    list_files,
)
from voicetune.engine.upload import receive_upload
from voicetune.engine.wire import page_query

PURPOSES = frozenset({"fine-tune"})


async def create(request: Request) -> JSONResponse:
    """Takes a training or validation file."""
    store = engine_of(request).store
    upload = await receive_upload(request, store.uploads)
    try:
        purpose = upload.fields.get("purpose")
        if purpose not in PURPOSES:
            raise invalid("'purpose' must be 'fine-tune'; this engine only trains.", "purpose")
        if any(name.startswith("expires_after") for name in upload.fields):
            raise invalid("Files here stay until you delete them.", "expires_after")
        if upload.size == 0:
            raise invalid("The file is empty.", "file")
        file = add_file(store, upload.path, upload.filename or "upload", purpose)
    except BaseException:
        upload.path.unlink(missing_ok=True)
        raise
    return JSONResponse(file_object(file))


async def list_all(request: Request) -> JSONResponse:
    """Lists the files, newest first unless order=asc."""
    query = page_query(request)
    page = query.page(usual=10_000, most=10_000)
    files, has_more = list_files(
        engine_of(request).store, page, purpose=query.purpose, oldest_first=query.order == "asc"
    )
    return JSONResponse(list_object([file_object(file) for file in files], has_more=has_more))


async def retrieve(request: Request) -> JSONResponse:
    """Returns what is known about a file."""
    return JSONResponse(file_object(_file(request)))


async def content(request: Request) -> FileResponse:
    """Returns the bytes of a file."""
    file = _file(request)
    path = file_path(engine_of(request).store, file.id)
    return FileResponse(path, media_type="application/octet-stream", filename=file.filename)


async def delete(request: Request) -> JSONResponse:
    """Deletes a file that no open job needs."""
    file = _file(request)
    store = engine_of(request).store
    for job in list_jobs(store, Page(limit=2**31))[0]:
        if job.status not in FINAL and file.id in (job.training_file, job.validation_file):
            raise invalid(
                f"The job {job.id} still needs this file. Cancel it or let it finish first.",
                param="file_id",
                code="file_in_use",
            )
    delete_file(store, file.id)
    return JSONResponse({"id": file.id, "object": "file", "deleted": True})


def _file(request: Request) -> StoredFile:
    file_id = request.path_params["file_id"]
    file = get_file(engine_of(request).store, file_id)
    if file is None:
        raise not_found(f"There is no file '{file_id}' here.", param="id", code="file_not_found")
    return file


routes = [
    Route("/files", create, methods=["POST"]),
    Route("/files", list_all, methods=["GET"]),
    Route("/files/{file_id}", retrieve, methods=["GET"]),
    Route("/files/{file_id}", delete, methods=["DELETE"]),
    Route("/files/{file_id}/content", content, methods=["GET"]),
]
