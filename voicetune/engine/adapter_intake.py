"""Taking in an adapter that was trained elsewhere: a ZIP of PEFT's two files for a base model here.

It comes from outside, so nothing in it is trusted: only two files are taken, sizes are bounded,
weights are safetensors and nothing else, and every matrix must fit a layer of the base model.
"""

import json
import secrets
import shutil
import struct
import zipfile
from pathlib import Path
from typing import Any

from voicetune.engine.errors import invalid
from voicetune.engine.fingerprint import fingerprint, stamp
from voicetune.engine.job_store import Job, TunedModel, add_job, get_model, save_model
from voicetune.engine.models import Base
from voicetune.engine.store import Store, new_id, now

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
PREFIX, DOWN, UP = "base_model.model.", ".lora_A.weight", ".lora_B.weight"
CONFIG_LIMIT = 256 * 2**10
WEIGHTS_LIMIT = 512 * 2**20
HEADER_LIMIT = 16 * 2**20
LARGEST_RANK = 1024
BYTES = {"F32": 4, "F16": 2, "BF16": 2}
KEPT = ("peft_type", "r", "lora_alpha", "use_rslora", "alpha_pattern", "rank_pattern")
"""What is kept of an adapter's configuration: what the engine reads, and no paths."""

Shape = list[int]


def unpack(store: Store, archive: Path, base: Base) -> Path:
    """Checks the ZIP's adapter against the base model and returns the folder it is in now.

    Needs no database, so that a thread may do it. Raises ApiError with what is wrong with the
    adapter; nothing is left behind then.
    """
    folder = store.jobs / new_id("ftjob") / "adapter"
    folder.mkdir(parents=True)
    try:
        config = _unpack(archive, folder)
        matrices = header_of(folder / WEIGHTS)
        _check_fit(matrices, _shapes_of(base.folder), int(config["r"]))
        # Said by the weights themselves, so that training can go on from it.
        config["target_modules"] = sorted(
            name.removeprefix(PREFIX).removesuffix(DOWN) for name in matrices if name.endswith(DOWN)
        )
        (folder / CONFIG).write_text(json.dumps(config), encoding="utf-8")
        stamp(folder, fingerprint(base.folder))
    except BaseException:
        shutil.rmtree(folder.parent)
        raise
    return folder


def register(store: Store, folder: Path, base: Base, label: str) -> TunedModel:
    """Makes the adapter in the folder a model that can be asked; `label` is a part of its id."""
    name = f"ft:{base.id}:elsewhere:{label}:{secrets.token_hex(4)}"
    job = Job(
        id=folder.parent.name,
        created_at=now(),
        status="succeeded",
        model=base.id,
        base=base.id,
        name=name,
        seed=0,
        training_file="file-elsewhere",
        metadata={"voicetune_adapter": "trained elsewhere"},
        finished_at=now(),
        fine_tuned_model=name,
    )
    with store.transaction():
        add_job(store, job)
        save_model(store, job, name, folder)
    model = get_model(store, name)
    assert model is not None  # noqa: S101
    return model


def _unpack(archive: Path, folder: Path) -> dict[str, Any]:
    """Writes the weights into the folder and returns what is kept of the configuration."""
    try:
        with zipfile.ZipFile(archive) as packed:
            members = _members(packed)
            sizes = {name: info.file_size for name, info in members.items()}
            if sizes[CONFIG] > CONFIG_LIMIT or sizes[WEIGHTS] > WEIGHTS_LIMIT:
                raise invalid("This adapter is too large to be one.", "file")
            config = json.loads(packed.read(members[CONFIG]))
            with packed.open(members[WEIGHTS]) as source, (folder / WEIGHTS).open("xb") as target:
                shutil.copyfileobj(source, target)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError) as error:
        raise invalid("This is not a ZIP that can be read.", "file") from error
    if not isinstance(config, dict) or config.get("peft_type") != "LORA" or config.get("use_dora"):
        raise invalid("Only plain LoRA adapters can be used here.", "file")
    kept = {name: config[name] for name in KEPT if name in config}
    numbers = (kept.get("r"), kept.get("lora_alpha"))
    if not all(isinstance(n, int | float) and not isinstance(n, bool) and n > 0 for n in numbers):
        raise invalid("This adapter's configuration says neither rank nor alpha.", "file")
    if any(not _pattern(kept.get(name, {})) for name in ("alpha_pattern", "rank_pattern")):
        raise invalid("This adapter's configuration cannot be read.", "file")
    return kept


def _members(packed: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Returns the two files, in whichever folder of the ZIP; what else is in it is passed over."""
    found: dict[str, zipfile.ZipInfo] = {}
    for info in packed.infolist():
        name = info.filename.replace("\\", "/").rpartition("/")[2]
        if name in found:
            raise invalid(f"This ZIP holds {name} twice; which one counts is not known.", "file")
        if name in (CONFIG, WEIGHTS):
            found[name] = info
    if len(found) < 2:
        raise invalid(f"This ZIP is no adapter: {CONFIG} and {WEIGHTS} are needed.", "file")
    return found


def _pattern(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict)
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in value.values())
    )


def header_of(weights: Path) -> dict[str, Shape]:
    """Returns the shape of each tensor of a safetensors file, once its header holds together.

    Raises ApiError where it is no such file, or says of its data what is not so.
    """
    size = weights.stat().st_size
    try:
        with weights.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > min(HEADER_LIMIT, size):
                raise ValueError
            header = json.loads(file.read(length))
        shapes: dict[str, Shape] = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            rows, columns = entry["shape"]
            begin, end = entry["data_offsets"]
            if not (0 <= begin <= end <= size - 8 - length):
                raise ValueError
            if rows < 1 or columns < 1 or end - begin != rows * columns * BYTES[entry["dtype"]]:
                raise ValueError
            shapes[name] = [rows, columns]
    except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise invalid(f"{WEIGHTS} is not a safetensors file of matrices.", "file") from error
    return shapes


def _shapes_of(folder: Path) -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    for weights in folder.glob("*.safetensors"):
        with weights.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length))
        found |= {name: e["shape"] for name, e in header.items() if name != "__metadata__"}
    return found


def _check_fit(adapter: dict[str, Shape], base: dict[str, Shape], rank: int) -> None:
    names = {name.removesuffix(DOWN).removesuffix(UP) for name in adapter}
    whole = {name + end for name in names for end in (DOWN, UP)}
    if not adapter or set(adapter) != whole:
        raise invalid("Only LoRA matrices in pairs can be used here.", "file")
    for name in names:
        layer = base.get(f"{name.removeprefix(PREFIX)}.weight")
        down, up = adapter[name + DOWN], adapter[name + UP]
        fits = layer is not None and len(layer) == 2 and [up[0], down[1]] == layer
        if not fits or down[0] != up[1] or down[0] > max(LARGEST_RANK, rank):
            raise invalid("This adapter was made for another base model.", "file")
