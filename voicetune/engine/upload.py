"""A multipart upload, written to disk as it arrives: one that breaks off leaves nothing behind."""

import asyncio
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from voicetune.engine.errors import ApiError, invalid

FILE_LIMIT = 512 * 2**20
FIELD_LIMIT = 4096
FRAME = 64 * 2**10
"""Room for the boundaries and fields around a file in a request's length."""


@dataclass
class Upload:
    """What has arrived: the file's name and where its bytes are, and the other fields."""

    path: Path
    filename: str | None = None
    size: int = 0
    fields: dict[str, str] = field(default_factory=dict)


class _Parts:
    """The parser's callbacks: the part named "file" goes to the disk, the others to memory."""

    def __init__(self, upload: Upload, sink: BinaryIO) -> None:
        self.upload = upload
        self.complete = False
        self._sink = sink
        self._header = bytearray()
        self._value = bytearray()
        self._name = ""
        self._field = bytearray()

    def on_part_begin(self) -> None:
        self._name = ""
        self._field.clear()

    def on_header_begin(self) -> None:
        self._header.clear()
        self._value.clear()

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        if self._header.lower() != b"content-disposition":
            return
        options = parse_options_header(bytes(self._value))[1]
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if self._name == "file":
            if self.upload.filename is not None:
                raise invalid("Upload one file at a time.", param="file")
            name = options.get(b"filename", b"").decode("utf-8", "replace")
            # A browser or a script may send a whole path; only its last part is the name.
            self.upload.filename = name.replace("\\", "/").rsplit("/", 1)[-1][:255] or "upload"

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._name == "file":
            self.upload.size += end - start
            if self.upload.size > FILE_LIMIT:
                raise too_large()
            self._sink.write(data[start:end])
        else:
            self._field += data[start:end]
            if len(self._field) > FIELD_LIMIT:
                raise invalid(f"'{self._name}' is too long.", param=self._name)

    def on_part_end(self) -> None:
        if self._name != "file":
            self.upload.fields[self._name] = self._field.decode("utf-8", "replace")

    def on_end(self) -> None:
        self.complete = True


def too_large() -> ApiError:
    """Returns the 413 for a file over the limit."""
    return ApiError(
        413,
        "This file is larger than 512 MB. Split it and train on a part of it.",
        param="file",
        code="file_too_large",
    )


async def receive_upload(request: Request, folder: Path) -> Upload:
    """Writes the request's file into `folder` and returns it; the caller moves or removes it.

    Raises ApiError, with nothing left in the folder, for a body that is no form, has no file, is
    too large or ends early.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise invalid("Send the file as multipart/form-data with the fields file and purpose.")
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > FILE_LIMIT + FRAME:
        raise too_large()
    upload = Upload(folder / secrets.token_hex(8))
    try:
        with upload.path.open("xb") as sink:
            parts = _Parts(upload, sink)
            callbacks = {
                name: getattr(parts, name) for name in dir(parts) if name.startswith("on_")
            }
            parser = MultipartParser(options[b"boundary"], callbacks)  # type: ignore[arg-type]
            async for chunk in request.stream():
                parser.write(chunk)
            sink.flush()
            await asyncio.to_thread(os.fsync, sink.fileno())
        if not parts.complete:
            raise invalid("The upload broke off before its end. Send the file again.", param="file")
        if upload.filename is None:
            raise invalid("This request needs 'file'.", param="file")
    except BaseException as error:
        with suppress(FileNotFoundError):
            upload.path.unlink()
        if isinstance(error, MultipartParseError):
            raise invalid("This request is not a well-formed multipart form.") from error
        raise
    return upload
