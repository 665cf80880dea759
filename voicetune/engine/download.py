"""The downloading worker: `python -m voicetune.engine.download`.

It asks the Hugging Face Hub about one model, then perhaps fetches its files, over standard input
and output. HF_ENDPOINT names another Hub, HF_TOKEN a person's own access to it.

    in:  {"op": "look", "model"}
    out: {"event": "found", "model", "revision", "licence", "gated", "files", "config", "template",
          "problem"}
    in:  {"op": "fetch", "model", "revision", "files", "folder"}
    out: {"event": "progress", "bytes"} after each piece, {"event": "fetched"} at the end
    out: {"event": "failed", "code", "message"} for either
"""

import hashlib
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any

from voicetune.engine.failures import EngineError, explain
from voicetune.engine.hub import HubFile, has_template, wanted, why_unfit
from voicetune.engine.protocol import Channel, Command, take_standard_streams

PIECE = 2**20
"""Bytes that are written at once: what a cut connection loses at the most."""
SETTINGS_LIMIT = 32 * 2**20
"""Bytes of a config.json or tokenizer_config.json that are read at the most."""
PATIENCE = 15.0
"""Seconds for the Hub to answer a question."""


def main() -> None:
    """Obeys until the server is gone."""
    os.environ.update(HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_PROGRESS_BARS="1")
    channel = take_standard_streams()
    while command := channel.commands.get():
        threading.Thread(target=_obey, args=(channel, command), daemon=True).start()
    os._exit(0)  # the server is gone, perhaps in the middle of a file


def _obey(channel: Channel, command: Command) -> None:
    try:
        if command["op"] == "look":
            channel.send("found", **look(command["model"]))
        else:
            files = [HubFile(**each) for each in command["files"]]
            fetch(
                command["model"],
                command["revision"],
                files,
                Path(command["folder"]),
                lambda done: channel.send("progress", bytes=done),
            )
            channel.send("fetched")
    except Exception as error:
        traceback.print_tb(error.__traceback__)
        print(type(error).__name__, file=sys.stderr, flush=True)
        failure = in_words(error, command["model"])
        channel.send("failed", code=failure.code, message=failure.message)


def look(model: str) -> dict[str, Any]:
    """Asks the Hub what a model is; raises whatever the library does."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError

    api = HfApi()
    info = api.model_info(model, files_metadata=True, timeout=PATIENCE)
    listed = [
        HubFile(
            each.rfilename,
            each.size,
            each.lfs.sha256 if each.lfs else None,
            None if each.lfs else each.blob_id,
        )
        for each in info.siblings or []
        if each.size is not None
    ]
    files = wanted(listed)
    revision = info.sha or "main"
    names = {file.name for file in files}
    told: dict[str, Any] = {
        # A small letter too many is forgiven there, and would be another folder here.
        "model": info.id if info.id.lower() == model.lower() else model,
        "revision": revision,
        "licence": _licence(info),
        "gated": bool(info.gated),
        "files": [file.as_json() for file in files],
        "config": {},
        "template": None,
    }
    try:
        if info.gated:
            api.auth_check(model)
        told["config"] = _settings(model, revision, files, "config.json")
        settings = _settings(model, revision, files, "tokenizer_config.json")
    except GatedRepoError as error:
        return told | {"problem": in_words(error, model).message}
    told["template"] = has_template(settings, names)
    told["problem"] = why_unfit(files, told["config"], template=told["template"])
    return told


def fetch(
    model: str,
    revision: str,
    files: list[HubFile],
    folder: Path,
    progress: Callable[[int], None],
) -> None:
    """Brings the files into `folder`, going on where an earlier try stopped.

    What is there under its own name is whole; what is on its way has ".part" behind it. `progress`
    hears how many bytes of all are there.
    """
    there = sum(file.bytes for file in files if (folder / file.name).is_file())

    def tell(more: int) -> None:
        progress(there + more)

    for file in files:
        target = folder / file.name
        if target.is_file():
            continue
        part = target.with_name(f"{file.name}.part")
        _bring(model, revision, file, part, tell)
        _check(file, part)
        part.replace(target)
        there += file.bytes


class _Part(FileIO):
    """A file that is on its way: tells its size, and takes no more than it was said to be."""

    def __init__(self, path: Path, limit: int, tell: Callable[[int], None]) -> None:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        super().__init__(os.open(path, flags, 0o600), "r+b")
        self._limit = limit
        self._tell = tell
        if self.seek(0, os.SEEK_END) > limit:
            self.seek(0)
            self.truncate()

    def write(self, content: Any) -> int:
        """Writes all of it."""
        if self.tell() + len(content) > self._limit:
            raise _damaged()
        left = memoryview(content)
        while left:
            left = left[super().write(left) :]
        self._tell(self.tell())
        return len(content)


def _bring(
    model: str, revision: str, file: HubFile, part: Path, tell: Callable[[int], None]
) -> None:
    from huggingface_hub import constants, hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    constants.DOWNLOAD_CHUNK_SIZE = PIECE
    with _Part(part, file.bytes, tell) as target:
        http_get(
            hf_hub_url(model, file.name, revision=revision),
            target,
            resume_size=target.tell(),
            headers={**build_hf_headers(), "Accept-Encoding": "identity"},
            expected_size=file.bytes,
        )
        os.fsync(target.fileno())


def _check(file: HubFile, part: Path) -> None:
    """Compares what came with the digest that the Hub told."""
    if file.sha256:
        digest, expected = hashlib.sha256(), file.sha256
    elif file.sha1:
        digest, expected = hashlib.sha1(f"blob {file.bytes}\0".encode()), file.sha1  # noqa: S324
    else:
        return
    with part.open("rb") as content:
        while piece := content.read(PIECE):
            digest.update(piece)
    if digest.hexdigest() != expected:
        part.unlink()
        raise _damaged()


def _damaged() -> EngineError:
    return EngineError(
        "download_damaged", "A file did not arrive as the Hub describes it. Start it once more."
    )


def _licence(info: Any) -> str | None:
    card = info.card_data.to_dict() if info.card_data else {}
    told = card.get("license_name") if card.get("license") == "other" else card.get("license")
    return told[:80] if isinstance(told, str) else None


def _settings(model: str, revision: str, files: list[HubFile], name: str) -> dict[str, Any]:
    """Reads a small JSON file of the repository; nothing where it has none."""
    from huggingface_hub import get_session, hf_hub_url
    from huggingface_hub.utils import (  # type: ignore[attr-defined]
        build_hf_headers,
        hf_raise_for_status,
    )

    if not any(file.name == name and file.bytes <= SETTINGS_LIMIT for file in files):
        return {}
    response = get_session().get(
        hf_hub_url(model, name, revision=revision),
        headers=build_hf_headers(),
        timeout=PATIENCE,
        follow_redirects=True,
    )
    hf_raise_for_status(response)
    with suppress(ValueError):
        content = json.loads(response.content)
        if isinstance(content, dict):
            return content
    return {}


def in_words(error: Exception, model: str) -> EngineError:
    """Returns a code and a sentence for what went wrong between here and the Hub."""
    import httpx2
    from huggingface_hub import constants
    from huggingface_hub.errors import (
        DisabledRepoError,
        GatedRepoError,
        HfHubHTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    hub = constants.ENDPOINT.partition("://")[2]
    if isinstance(error, GatedRepoError):
        return EngineError(
            "gated_model",
            f"{model} is given only to people who agreed to its terms. Agree to them at "
            f"{hub}/{model}, make an access token there, and start VoiceTune with it as HF_TOKEN.",
            "model",
        )
    if isinstance(error, RepositoryNotFoundError | DisabledRepoError):
        return EngineError(
            "model_not_found",
            f"There is no model {model} at {hub}, or it is not public. Check how it is spelt.",
            "model",
        )
    if isinstance(error, OfflineModeIsEnabled):
        return EngineError("no_network", "HF_HUB_OFFLINE is set, so nothing is downloaded.")
    if isinstance(error, HfHubHTTPError):
        return EngineError(
            "hub_trouble",
            f"{hub} has trouble right now (HTTP {error.response.status_code}). Try again in a few "
            "minutes.",
        )
    if isinstance(error, httpx2.TransportError):
        return EngineError(
            "no_network",
            f"{hub} cannot be reached. Check this computer's connection and try again.",
        )
    return explain(error)


if __name__ == "__main__":
    main()
