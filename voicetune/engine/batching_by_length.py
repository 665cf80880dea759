"""The order in which examples are learned: random, but neighbours in a batch are alike in length.

Padding a short example up to a long one is work for nothing. Sorting the whole set would waste
least and make the same batches every epoch; sorting small random pools keeps both small.
"""

import math
import random
from collections.abc import Iterator, Sequence

from voicetune.engine.ranks import ALONE, Ranks

POOL = 16
"""Batches a pool: on the sample voices padding falls from 6 to 12 % of all tokens to 1 to 1.5 %."""


def batch_order(lengths: Sequence[int], batch_size: int, seed: int, epoch: int) -> list[int]:
    """Returns every index once, batch after batch; the same for the same seed and epoch.

    A batch that is not full comes last, so that cutting the order every `batch_size` indices
    gives back the batches.
    """
    rng = random.Random(f"{seed}/{epoch}")  # noqa: S311 - an order, not a secret
    order = list(range(len(lengths)))
    rng.shuffle(order)
    pool = POOL * batch_size
    batches = []
    for start in range(0, len(order), pool):
        drawn = sorted(order[start : start + pool], key=lambda index: lengths[index])
        batches += [drawn[i : i + batch_size] for i in range(0, len(drawn), batch_size)]
    rng.shuffle(batches)
    batches.sort(key=lambda batch: len(batch) < batch_size)
    return [index for batch in batches for index in batch]


class Batches:
    """Gives a process's data loader what it reads at once, in the order of the epoch it is in.

    Each of the processes has its share of every batch, in parts of at most `rows` rows. One whose
    share is empty reads the row after the last, which is to be blank: it has to take the step too.
    """

    def __init__(
        self,
        lengths: Sequence[int],
        batch_size: int,
        seed: int,
        *,
        rows: int | None = None,
        ranks: Ranks = ALONE,
    ) -> None:
        self.lengths = lengths
        self.epoch = 0
        self._batch_size, self._seed, self._ranks = batch_size, seed, ranks
        self._rows = rows or batch_size

    @property
    def parts(self) -> int:
        """How many parts of a full batch this process reads."""
        return self._parts(self._batch_size)

    def __iter__(self) -> Iterator[Sequence[int]]:
        order = batch_order(self.lengths, self._batch_size, self._seed, self.epoch)
        for start in range(0, len(order), self._batch_size):
            share = self._ranks.share(order[start : start + self._batch_size])
            share = share or [len(self.lengths)]
            yield from (share[i : i + self._rows] for i in range(0, len(share), self._rows))

    def __len__(self) -> int:
        full, rest = divmod(len(self.lengths), self._batch_size)
        return full * self.parts + (self._parts(rest) if rest else 0)

    def _parts(self, size: int) -> int:
        return max(1, math.ceil(self._ranks.size(size) / self._rows))
