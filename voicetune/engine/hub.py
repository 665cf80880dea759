"""What may be fetched from the Hugging Face Hub: which ids, which files, which models fit here.

Whatever the Hub says is somebody's word: a name becomes a path only after it has passed here.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NOTE = "voicetune-download.json"
"""In a downloaded model's folder: where it came from, under which licence, which files."""

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}$"
_ID = re.compile(ID_PATTERN.replace("$", r"\Z"))
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}\Z")
_WEIGHTS = re.compile(r"model(-\d{5}-of-\d{5})?\.safetensors\Z")
_TOKENIZER = frozenset({"tokenizer.model", "vocab.txt", "merges.txt"})
_TEMPLATE = "chat_template.jinja"


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository: its size in bytes, and its SHA-256, or git's SHA-1 of it."""

    name: str
    bytes: int
    sha256: str | None = None
    sha1: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Returns it as it is told and kept."""
        return asdict(self)


def is_id(model: str) -> bool:
    """Says whether this is an owner/name of the Hub, and so a safe path of two folders."""
    plain = ".." not in model and "--" not in model and not model.endswith((".", "-", ".git"))
    return plain and bool(_ID.match(model))


def wanted(files: Collection[HubFile]) -> list[HubFile]:
    """Returns the files to fetch: safetensors, JSON, templates and the tokenizer's.

    Only those that lie at the top, under plain names: so no name leads anywhere else. Pickled
    weights and code are never among them.
    """
    found = {file.name: file for file in files if _is_wanted(file.name)}
    if "model.safetensors" in found:  # the same weights a second time, in parts
        found = {
            name: file
            for name, file in found.items()
            if name == "model.safetensors" or not name.startswith("model")
        }
    return sorted(found.values(), key=lambda file: (file.bytes, file.name))


def why_unfit(
    files: Collection[HubFile], config: Mapping[str, Any], *, template: bool
) -> str | None:
    """Says why a model cannot be trained here, or returns None; `files` are those wanted."""
    names = {file.name for file in files}
    if not any(_WEIGHTS.match(name) for name in names):
        return (
            "It has no weights as model.safetensors. Other kinds (pickled, GGUF, adapters alone) "
            "are not read here; look for the original of this model."
        )
    if "config.json" not in names:
        return "It has no config.json, so it is no model that Transformers can load."
    if "tokenizer.json" not in names:
        return "It has no tokenizer.json. Choose a model with one: most newer ones have it."
    if not template:
        return (
            "It has no chat template, so it was not made to answer. Choose its instruction-tuned "
            "sibling, often called Instruct, Chat or it."
        )
    if "quantization_config" in config:
        return (
            "Its weights are packed smaller (quantized), and such weights are not trained here. "
            "Choose the model that it was made from."
        )
    kind = str(config.get("model_type", ""))
    if not _is_known(kind):
        return f"Models of the kind '{_shown(kind)}' are not known to this version of VoiceTune."
    makes = [str(each) for each in config.get("architectures") or []]
    if not any(each.endswith(("ForCausalLM", "ForConditionalGeneration")) for each in makes):
        return "It is not a model that writes text."
    return None


def has_template(tokenizer_config: Mapping[str, Any], names: Collection[str]) -> bool:
    """Says whether a model brings a chat template, as a file or in its tokenizer's settings."""
    return _TEMPLATE in names or bool(tokenizer_config.get("chat_template"))


def partial_folder(folder: Path) -> Path:
    """Returns where a model comes together before it takes its place at `folder`."""
    return folder.with_name(f".{folder.name}.partial")


def _is_wanted(name: str) -> bool:
    if not _NAME.match(name) or name == NOTE:
        return False
    if name.endswith(".safetensors"):
        return bool(_WEIGHTS.match(name))
    return name.endswith((".json", ".jinja")) or name in _TOKENIZER


def _is_known(kind: str) -> bool:
    """Says whether Transformers has models of a kind: it keeps each in a folder of its own."""
    spec = find_spec("transformers")
    if spec is None or spec.origin is None or not re.fullmatch(r"[a-z0-9_-]+", kind):
        return False
    return (Path(spec.origin).parent / "models" / kind.replace("-", "_")).is_dir()


def _shown(text: str) -> str:
    return "".join(c for c in text[:40] if c.isalnum() or c in "_-. ")
