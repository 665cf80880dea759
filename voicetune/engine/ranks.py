"""The processes that train one job together, as `accelerate launch` starts them.

Each learns from its share of every batch. Gradients, learned tokens and scores are summed once a
step, so that the losses are those of one process. Transformers and TRL are told nothing of the
others: they would fill an uneven batch up with rows of another, and report means of means.
"""

import json
import os
import threading
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import torch

Item = TypeVar("Item")

IDLE = timedelta(days=20)
"""How long a process waits for a job; the store counts milliseconds in 32 bits."""
LOOK_EVERY = 0.2
"""Seconds between looks whether the launcher still runs."""
_LAUNCHED = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE")


class Ranks:
    """This process's place among `count`, of which `here` run on this machine."""

    def __init__(self, index: int = 0, count: int = 1, here: int = 1, store: Any = None) -> None:
        self.index, self.count, self.here = index, count, here
        self._store = store
        self._told = 0

    @property
    def first(self) -> bool:
        """Whether this is the process that listens to the server and writes to the disk."""
        return self.index == 0

    def share(self, items: Sequence[Item]) -> Sequence[Item]:
        """Returns this process's part of what all have, at most one item more than another's."""
        return items[self.index :: self.count]

    def size(self, items: int) -> int:
        """Returns how many of so many items this process has."""
        return len(range(self.index, items, self.count))

    def sum(self, numbers: Iterable[float]) -> list[float]:
        """Returns, number by number, the sum over all processes; each must ask for it."""
        if self.count == 1:
            return list(numbers)
        import torch

        device = "cuda" if torch.cuda.is_available() else "cpu"
        totals = torch.tensor(list(numbers), dtype=torch.float64, device=device)
        torch.distributed.all_reduce(totals)
        return totals.tolist()

    def sum_gradients(self, parameters: Iterable["torch.nn.Parameter"]) -> None:
        """Puts the sum of all processes' gradients in the place of each one's own."""
        if self.count == 1:
            return
        import torch

        trained = [p for p in parameters if p.requires_grad]
        parts = [torch.zeros_like(p) if p.grad is None else p.grad for p in trained]
        whole = torch.cat([part.flatten().float() for part in parts])
        torch.distributed.all_reduce(whole)
        pieces = whole.split([part.numel() for part in parts])
        for parameter, part, piece in zip(trained, parts, pieces, strict=True):
            parameter.grad = piece.view_as(part).to(part.dtype)

    def tell(self, message: Any) -> Any:
        """Returns the first process's message, which is JSON, in every process."""
        if self.count == 1:
            return message
        self._told += 1
        key = f"voicetune/{self._told}"
        if self.first:
            self._store.set(key, json.dumps(message))
            return message
        self._store.wait([key], IDLE)
        return json.loads(self._store.get(key))

    def part(self) -> None:
        """Leaves the others, once the job is done."""
        if self.count > 1:
            import torch

            torch.distributed.destroy_process_group()


ALONE = Ranks()


def join() -> Ranks:
    """Returns this process's place among those that it was launched with.

    It sees one GPU from here on: of several, Transformers would make one slow one. Call it before
    anything asks for a GPU.
    """
    local = int(os.environ.get("LOCAL_RANK", 0))
    os.environ["CUDA_VISIBLE_DEVICES"] = _gpu(local)
    index, count = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if count == 1:
        return ALONE
    import torch
    from torch.distributed.rendezvous import rendezvous

    here = int(os.environ["LOCAL_WORLD_SIZE"])
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()
    store, _, _ = next(rendezvous("env://", index, count))
    backend = "nccl" if torch.cuda.is_available() else "gloo"
    torch.distributed.init_process_group(backend, store=store, rank=index, world_size=count)
    for name in _LAUNCHED:
        del os.environ[name]
    return Ranks(index, count, here, store)


def _gpu(local: int) -> str:
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return str(local)
    names = visible.split(",")
    return names[local] if local < len(names) else ""


def _follow(parent: int) -> None:
    """Ends this process with its launcher, whose group it is not in."""
    while os.getppid() == parent:
        threading.Event().wait(LOOK_EVERY)
    os._exit(1)
