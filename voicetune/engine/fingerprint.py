"""Which base model an adapter belongs to: on other weights it would answer nonsense."""

import hashlib
import json
from pathlib import Path

from voicetune.engine.failures import EngineError

STAMP = "base_model.json"
_SAMPLE = 1 << 20


def fingerprint(folder: Path) -> str:
    """Returns a SHA-256 in hex over the size and both ends of each weights file of the model.

    The first MiB has the names and places of all tensors; hashing gigabytes whole would take
    seconds.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        size = path.stat().st_size
        digest.update(f"{path.name} {size}\n".encode())
        with path.open("rb") as file:
            digest.update(file.read(_SAMPLE))
            file.seek(max(0, size - _SAMPLE))
            digest.update(file.read())
    return digest.hexdigest()


def stamp(adapter: Path, base: str) -> None:
    """Writes into the adapter's folder the fingerprint of the base model it was trained on."""
    (adapter / STAMP).write_text(json.dumps({"fingerprint": base}), encoding="utf-8")


def check_base(adapter: Path, base: Path) -> None:
    """Raises EngineError where the adapter's stamp names another base model than this one."""
    if not (adapter / STAMP).is_file():
        return
    stamped = json.loads((adapter / STAMP).read_text(encoding="utf-8"))["fingerprint"]
    if stamped != fingerprint(base):
        raise EngineError(
            "base_model_changed",
            "This model was tuned on an earlier version of its base model, which has been "
            "replaced since. Train it again.",
            "model",
        )
