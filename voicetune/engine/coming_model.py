"""A model on its way from the Hub: where it comes together, and what its folder says of it."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from voicetune.engine.errors import invalid
from voicetune.engine.hub import NOTE, HubFile, is_id
from voicetune.engine.store import remove_folder

Status = Literal["running", "succeeded", "failed", "cancelled", "interrupted"]


@dataclass
class Download:
    """One model's way here; `bytes` have come of `total_bytes`, times are seconds since 1970.

    `interrupted`: the engine ended in the middle. Whatever has not succeeded can be started again.
    """

    id: str
    model: str
    revision: str
    licence: str | None
    files: list[HubFile]
    created_at: int
    status: Status = "running"
    bytes: int = 0
    error: dict[str, str] | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def total_bytes(self) -> int:
        """How large the model is."""
        return sum(file.bytes for file in self.files)

    @property
    def note(self) -> dict[str, Any]:
        """What the folder keeps of it."""
        return {
            "id": self.id,
            "model": self.model,
            "revision": self.revision,
            "licence": self.licence,
            "files": [file.as_json() for file in self.files],
            "created_at": self.created_at,
        }


def checked_id(model: str) -> str:
    """Returns the id as it is; raises a 400 for one that is no owner/name of the Hub."""
    if not is_id(model):
        raise invalid(
            "A model of the Hugging Face Hub is named owner/name, such as Qwen/Qwen3-0.6B.",
            "model",
            "invalid_model_id",
        )
    return model


def model_folder(home: Path, model: str) -> Path:
    """Returns the place of a model of the Hub; the id has been checked."""
    owner, name = model.split("/")
    return home / "models" / owner / name


def note_of(folder: Path) -> dict[str, Any] | None:
    """Returns what a model's folder says of its download; None where it was not downloaded."""
    with suppress(OSError, ValueError):
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        if isinstance(note, dict):
            return note
    return None


def take_up(partial: Path, revision: str) -> Path:
    """Returns the folder, empty unless it holds parts of just this revision."""
    note = note_of(partial)
    if partial.is_symlink():
        partial.unlink()
    elif partial.exists() and (note is None or note.get("revision") != revision):
        remove_folder(partial)
    return partial


def bytes_come(partial: Path, files: Sequence[HubFile]) -> int:
    """Counts the bytes that are there, whole files and parts."""
    count = 0
    for file in files:
        for path in (partial / file.name, partial / f"{file.name}.part"):
            if path.is_file():
                count += min(file.bytes, path.stat().st_size)
                break
    return count


def interrupted(home: Path) -> list[Download]:
    """Finds what an earlier engine left on its way."""
    found = []
    for note_file in (home / "models").glob(f"*/.*.partial/{NOTE}"):
        note = note_of(note_file.parent)
        with suppress(TypeError, KeyError):
            if note is None or not is_id(note["model"]):
                continue
            files = [HubFile(**each) for each in note["files"]]
            come = bytes_come(note_file.parent, files)
            known = {key: note[key] for key in ("id", "model", "revision", "licence", "created_at")}
            found.append(Download(files=files, status="interrupted", bytes=come, **known))
    return found
