"""Models on their way from the Hugging Face Hub: asked about, fetched, stopped, taken up again.

A model comes together in a hidden folder beside its place and takes it in one rename. What has
come survives a stop, a crash and a lost network, with a note that says what is still missing.
"""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from voicetune.engine.child import Child
from voicetune.engine.coming_model import (
    Download,
    bytes_come,
    checked_id,
    interrupted,
    model_folder,
    take_up,
)
from voicetune.engine.errors import ApiError, invalid, not_found, unavailable
from voicetune.engine.hub import NOTE, HubFile, partial_folder
from voicetune.engine.models import find_base, what_is_missing
from voicetune.engine.store import Store, new_id, now, remove_folder, to_json

SPARE_DISK = 512 * 2**20
"""Bytes of disk that a download leaves free: training writes checkpoints."""
LOOK_LIMIT = 60.0
"""Seconds after which the Hub is held to be out of reach."""
LOOKS_AT_ONCE = 2

_STATUS = {"model_not_found": 404, "gated_model": 403, "model_not_supported": 400, "disk_full": 507}


class Downloads:
    """All downloads of one engine."""

    def __init__(
        self, store: Store, command: Sequence[str], log: Path, arrived: Callable[[], None]
    ) -> None:
        """`arrived` is called when a model has taken its place."""
        self._store = store
        self._command = command
        self._log_path = log
        self._arrived = arrived
        self._looks = asyncio.Semaphore(LOOKS_AT_ONCE)
        self._starting = asyncio.Lock()
        self._all = {download.id: download for download in interrupted(store.home)}
        for folder in (store.home / "models").glob("*/.*.removed"):
            remove_folder(folder)  # the engine ended while a model was being deleted

    def newest_first(self) -> list[Download]:
        """Returns them, the newest first; those that succeeded only until the engine ends."""
        return sorted(self._all.values(), key=lambda each: each.created_at, reverse=True)

    def get(self, download_id: str) -> Download:
        """Returns the download; raises a 404 where there is none."""
        if download_id not in self._all:
            raise not_found(f"There is no download '{download_id}'.", code="download_not_found")
        return self._all[download_id]

    def of_model(self, model: str) -> Download | None:
        """Returns what was last tried for a model."""
        return next((each for each in self.newest_first() if each.model == model), None)

    async def look(self, model: str) -> dict[str, Any]:
        """Asks the Hub what a model is.

        Raises ApiError where the id is none, the Hub has no such model or cannot be reached.
        """
        async with self._looks:
            child = await self._start_child()
            try:
                return await _look(child, checked_id(model))
            finally:
                await child.kill()

    async def start(self, model: str) -> Download:
        """Starts fetching a model, or goes on where an earlier try stopped.

        Raises ApiError where it is here, does not fit what this engine trains, is given to some
        people only, or is larger than the free disk.
        """
        async with self._starting:
            running = self.of_model(checked_id(model))
            if running is not None and running.status == "running":
                return running
            child = await self._start_child()
            try:
                found = await _look(child, model)
                download = self._prepare(found)
            except BaseException:
                await child.kill()
                raise
            if download.task is None:
                download.task = asyncio.create_task(self._run(download, child))
            else:
                await child.kill()
            return download

    async def cancel(self, download_id: str) -> Download:
        """Stops a download; what has come stays, so that it can go on."""
        download = self.get(download_id)
        if download.status != "running" or download.task is None:
            raise invalid(
                f"This download is not running: it is {download.status}.",
                code=f"download_{download.status}",
            )
        download.status = "cancelled"
        await _end(download.task)
        return download

    async def discard(self, model: str) -> bool:
        """Stops a download if it runs, and throws away what has come; says if there was any."""
        download = self.of_model(model)
        if download is not None and download.status == "running" and download.task is not None:
            download.status = "cancelled"
            await _end(download.task)
        folder = partial_folder(model_folder(self._store.home, model))
        there = folder.is_dir() and not folder.is_symlink()
        if there:
            await asyncio.to_thread(remove_folder, folder)
        self._all = {key: each for key, each in self._all.items() if each.model != model}
        return there

    async def stop(self) -> None:
        """Stops every download."""
        for download in self._all.values():
            if download.task is not None:
                await _end(download.task)

    async def remove(self, model: str) -> None:
        """Deletes a downloaded model, at once as far as anybody can see."""
        folder = model_folder(self._store.home, model)
        gone = folder.with_name(f".{folder.name}.removed")
        await asyncio.to_thread(remove_folder, gone)
        folder.replace(gone)
        self._all = {key: each for key, each in self._all.items() if each.model != model}
        await asyncio.to_thread(remove_folder, gone)

    def free_disk(self) -> int:
        """Returns the bytes that a further download may take."""
        coming = sum(
            each.total_bytes - each.bytes for each in self._all.values() if each.status == "running"
        )
        return max(0, shutil.disk_usage(self._store.home).free - coming - SPARE_DISK)

    def _prepare(self, found: dict[str, Any]) -> Download:
        """Checks what the Hub told, and makes or takes up the folder that it will come into."""
        model = checked_id(found["model"])
        folder = model_folder(self._store.home, model)
        if find_base(self._store.home, model) is not None:
            raise invalid(f"{model} is on this computer already.", "model", "model_here")
        if folder.exists():
            raise invalid(
                f"There is a folder {folder} that is no whole model. Move it away first.",
                "model",
                "folder_in_the_way",
            )
        running = self.of_model(model)
        if running is not None and running.status == "running":
            return running
        if found["problem"] is not None:
            gated = found["gated"] and found["template"] is None
            code = "gated_model" if gated else "model_not_supported"
            raise ApiError(_STATUS[code], found["problem"], param="model", code=code)
        files = [HubFile(**each) for each in found["files"]]
        partial = take_up(partial_folder(folder), found["revision"])
        download = Download(
            running.id if running else new_id("download"),
            model,
            found["revision"],
            found["licence"],
            files,
            now(),
            bytes=bytes_come(partial, files),
        )
        self._check_disk(download)
        partial.mkdir(mode=0o700, parents=True, exist_ok=True)
        (partial / NOTE).write_text(to_json(download.note), encoding="utf-8")
        self._all[download.id] = download
        return download

    def _check_disk(self, download: Download) -> None:
        missing, free = download.total_bytes - download.bytes, self.free_disk()
        if missing > free:
            raise ApiError(
                507,
                f"{download.model} needs {in_gigabytes(missing)} more on the disk, and "
                f"{in_gigabytes(free)} can be used. Free some space and try again.",
                param="model",
                code="not_enough_disk",
            )

    async def _run(self, download: Download, child: Child) -> None:
        folder = model_folder(self._store.home, download.model)
        partial = partial_folder(folder)
        try:
            await child.send(
                {
                    "op": "fetch",
                    "model": download.model,
                    "revision": download.revision,
                    "files": [file.as_json() for file in download.files],
                    "folder": str(partial),
                }
            )
            failure = await _follow(download, child)
            missing = what_is_missing(partial) if failure is None else None
            if missing is not None:
                failure = {
                    "code": "model_not_supported",
                    "message": f"What came has no {missing.removeprefix('a ')} that can be used.",
                }
                await asyncio.to_thread(remove_folder, partial)
            if failure is not None:
                download.status, download.error = "failed", failure
                return
            partial.replace(folder)
            download.status = "succeeded"
            self._arrived()
        except OSError:
            download.status = "failed"
            download.error = {
                "code": "disk_trouble",
                "message": "The model's folder could not be written. Look at the disk, try again.",
            }
        finally:
            await child.kill()

    async def _start_child(self) -> Child:
        return await Child.start("download", self._command, self._log_path, online=True)


def in_gigabytes(count: int) -> str:
    """Writes bytes as people read them on a disk: 0.27 GB, 6.2 GB."""
    return f"{count / 1e9:.2f} GB" if count < 1e9 else f"{count / 1e9:,.1f} GB"


async def _look(child: Child, model: str) -> dict[str, Any]:
    await child.send({"op": "look", "model": model})
    try:
        async with asyncio.timeout(LOOK_LIMIT):
            event = await anext(child.events(), None)
    except TimeoutError:
        event = None
    if event is None:
        raise unavailable("The Hub did not answer in time. Try again in a moment.", "no_network")
    if event["event"] == "failed":
        code = event["code"]
        status = _STATUS.get(code, 503)
        kind = "server_error" if status >= 500 else "invalid_request_error"
        raise ApiError(status, event["message"], param="model", code=code, kind=kind)
    return event


async def _follow(download: Download, child: Child) -> dict[str, str] | None:
    """Keeps count until the files are there; returns what went wrong, or None."""
    async for event in child.events():
        if event["event"] == "progress":
            download.bytes = event["bytes"]
        elif event["event"] == "fetched":
            download.bytes = download.total_bytes
            return None
        elif event["event"] == "failed":
            return {"code": event["code"], "message": event["message"]}
    return {
        "code": "download_stopped",
        "message": "The download stopped without a reason. What has come is kept; start it again.",
    }


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
