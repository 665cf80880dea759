"""The base models on this computer: the starter model and the folders under HOME/models."""

import json
import os
import struct
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Any

from voicetune.engine.errors import not_found
from voicetune.engine.job_store import TunedModel, get_model
from voicetune.engine.store import Store
from voicetune.home import DATA

STARTER = "voicetune-starter"


@dataclass(frozen=True, slots=True)
class Base:
    """A causal model in a Transformers folder; `context` counts tokens, `created_at` seconds."""

    id: str
    name: str
    folder: Path
    parameters: int
    context: int
    created_at: int


@dataclass(frozen=True, slots=True)
class Loadable:
    """What the workers load for a model id: a base model and the adapter on it, if any."""

    base: Base
    tuned: TunedModel | None

    @property
    def adapter(self) -> str | None:
        """The adapter's folder."""
        return None if self.tuned is None else str(self.tuned.folder)


def starter_folder() -> Path:
    """Returns where the starter model is; VOICETUNE_STARTER moves it."""
    return Path(os.environ.get("VOICETUNE_STARTER") or DATA / "starter")


def base_models(home: Path) -> list[Base]:
    """Returns the base models that can be used: the starter, then HOME/models by name.

    A model's id there is its folder's name, or owner/name where folders are two deep. A link to a
    folder elsewhere will do. A name with a dot before it is a model that is still on its way.
    """
    found = [(STARTER, "Starter model", starter_folder())]
    for folder in sorted((home / "models").glob("*")):
        if folder.name.startswith("."):
            continue
        if (folder / "config.json").is_file():
            found.append((folder.name, folder.name, folder))
        elif folder.is_dir():
            found += [
                (f"{folder.name}/{inner.name}", inner.name, inner)
                for inner in sorted(folder.iterdir())
                if (inner / "config.json").is_file() and not inner.name.startswith(".")
            ]
    return [
        _describe(model_id, name, folder)
        for model_id, name, folder in found
        if what_is_missing(folder) is None
    ]


def find_base(home: Path, model_id: str) -> Base | None:
    """Returns the base model, or None."""
    return next((model for model in base_models(home) if model.id == model_id), None)


def what_is_missing(folder: Path) -> str | None:
    """Says what keeps a folder from being a chat model, or None when nothing does."""
    if not (folder / "config.json").is_file():
        return "a config.json"
    if not any(folder.glob("*.safetensors")):
        return "weights as .safetensors"
    try:
        _figures(folder, int((folder / "config.json").stat().st_mtime))
    except (ValueError, struct.error):
        return "a config.json and weights that can be read"
    if not (folder / "tokenizer.json").is_file():
        return "a tokenizer.json"
    settings = folder / "tokenizer_config.json"
    if (folder / "chat_template.jinja").is_file():
        return None
    if settings.is_file() and "chat_template" in _read(settings):
        return None
    return "a chat template"


def load_of(store: Store, model_id: str) -> Loadable:
    """Returns what to load for a model id.

    Raises a 404 that says what is missing where the model is not here.
    """
    base = find_base(store.home, model_id)
    if base is not None:
        return Loadable(base, None)
    tuned = get_model(store, model_id)
    if tuned is None:
        raise not_found(
            f"The model '{model_id}' is not on this computer. It may have been deleted, or its "
            "name misspelt.",
            param="model",
            code="model_not_found",
        )
    base = find_base(store.home, tuned.base)
    if base is None:
        raise not_found(
            f"'{model_id}' was tuned from '{tuned.base}', which is not on this computer any more.",
            param="model",
            code="model_not_found",
        )
    return Loadable(base, tuned)


def describe(folder: Path) -> tuple[dict[str, Any], int]:
    """Returns a model folder's config.json and how many parameters its weights have."""
    parameters = sum(_count_parameters(weights) for weights in folder.glob("*.safetensors"))
    return _read(folder / "config.json"), parameters


def _describe(model_id: str, name: str, folder: Path) -> Base:
    stamp = int((folder / "config.json").stat().st_mtime)
    parameters, context = _figures(folder, stamp)
    return Base(model_id, name, folder, parameters, context, stamp)


@lru_cache(maxsize=64)
def _figures(folder: Path, _stamp: int) -> tuple[int, int]:
    config, parameters = describe(folder)
    text = config.get("text_config", config)
    return parameters, int(text.get("max_position_embeddings", 0))


def _count_parameters(weights: Path) -> int:
    """Counts a safetensors file's numbers from its header (its length in 8 bytes, then JSON)."""
    with weights.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        content = file.read(min(length, weights.stat().st_size))
    header = json.loads(content)
    if not isinstance(header, dict):
        raise ValueError(f"{weights.name} is not a safetensors file")
    return sum(prod(entry["shape"]) for name, entry in header.items() if name != "__metadata__")


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
