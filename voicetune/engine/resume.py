"""The state from which a broken-off training goes on, as one safetensors file and one JSON.

The state is written beside the last one and then takes its place, so that a process killed at any
moment leaves a whole state behind.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file

STATE, DONE = "state.safetensors", "trainer_state.json"


def save_state(
    folder: Path,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: Any,
    trainer_state: Any,
    events: list[dict[str, Any]],
) -> None:
    """Writes what is trained, the optimizer's moments, the random state and where the run stands.

    `events` are the last ones sent or about to be sent: they are said again after a resume, since
    the server may have missed some.
    """
    tensors = {f"model/{name}": p.detach() for name, p in _trained(model).items()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer/{index}/{name}": value for name, value in moments.items()}
    tensors["random/cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random/cuda"] = torch.cuda.get_rng_state()
    notes = {"schedule": scheduler.state_dict(), "events": events}
    with fresh_folder(folder) as fresh:
        save_file(
            {name: tensor.contiguous() for name, tensor in tensors.items()},
            fresh / STATE,
            metadata={"notes": json.dumps(notes)},
        )
        trainer_state.save_to_json(str(fresh / DONE))


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """Gives an empty folder beside `folder`, which takes its place once all in it is on the disk.

    What an earlier try left there is gone, and so is what this one wrote where it fails: a disk
    that is full gets its space back.
    """
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        yield fresh
        for path in fresh.iterdir():
            _to_disk(path)
        _replace_folder(fresh, folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _replace_folder(fresh: Path, folder: Path) -> None:
    """Puts `fresh` in the place of `folder`; there is a whole folder at every moment.

    A kill between the two renames leaves the old one under `.old`, where `last_state` finds it.
    """
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def last_state(folder: Path) -> Path | None:
    """Returns the newest whole state, or None where training never got that far."""
    candidates = (folder, folder.with_name(folder.name + ".old"))
    return next((path for path in candidates if (path / DONE).is_file()), None)


def step_of(folder: Path) -> int:
    """Returns the step after which the state was saved."""
    step: int = json.loads((folder / DONE).read_text(encoding="utf-8"))["global_step"]
    return step


def saved_events(folder: Path) -> list[dict[str, Any]]:
    """Returns the last events that the broken-off run had sent or was about to send."""
    events: list[dict[str, Any]] = _notes(folder)["events"]
    return events


def load_weights(folder: Path, model: torch.nn.Module) -> None:
    """Puts the trained weights of the state into the model."""
    saved = _read(folder, "model/")
    with torch.no_grad():
        for name, parameter in _trained(model).items():
            parameter.copy_(saved[name])


def load_progress(folder: Path, optimizer: torch.optim.Optimizer, scheduler: Any) -> None:
    """Puts the optimizer's moments and the schedule's step back."""
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for key, tensor in _read(folder, "optimizer/").items():
        index, name = key.split("/")
        moments.setdefault(int(index), {})[name] = tensor
    scheduler.load_state_dict(_notes(folder)["schedule"])
    optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})
    for group, rate in zip(optimizer.param_groups, scheduler.get_last_lr(), strict=True):
        group["lr"] = rate


def load_random_state(folder: Path) -> None:
    """Puts the random state back, so that dropout goes on as it would have."""
    states = _read(folder, "random/")
    torch.set_rng_state(states["cpu"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"])


def _trained(model: torch.nn.Module) -> Mapping[str, torch.nn.Parameter]:
    return {name: p for name, p in model.named_parameters() if p.requires_grad}


def _read(folder: Path, prefix: str) -> dict[str, torch.Tensor]:
    with safe_open(folder / STATE, framework="pt") as saved:
        keys = [key for key in saved.keys() if key.startswith(prefix)]  # noqa: SIM118
        return {key.removeprefix(prefix): saved.get_tensor(key) for key in keys}


def _notes(folder: Path) -> dict[str, Any]:
    with safe_open(folder / STATE, framework="pt") as saved:
        notes: dict[str, Any] = json.loads(saved.metadata()["notes"])
    return notes


def _to_disk(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())
