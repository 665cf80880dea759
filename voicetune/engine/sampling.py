"""The choice of the next token, by OpenAI's definitions of temperature, top_p and penalties."""

import random
from collections import Counter
from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a request wants its tokens chosen; temperature 0 takes the likeliest."""

    temperature: float = 1.0
    top_p: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0


class Sampler:
    """Chooses the tokens of one answer, the same again for the same seed."""

    def __init__(self, sampling: Sampling, seed: int | None) -> None:
        self._sampling = sampling
        self._random = random.Random(seed)  # noqa: S311 - a choice of words, not a secret
        self._counts: Counter[int] = Counter()

    def pick(self, logits: torch.Tensor) -> int:
        """Returns the next token for the logits (vocabulary) and remembers it for the penalties."""
        token = self._pick(self._penalised(logits.float().cpu()))
        self._counts[token] += 1
        return token

    def _penalised(self, logits: torch.Tensor) -> torch.Tensor:
        presence, frequency = self._sampling.presence_penalty, self._sampling.frequency_penalty
        if not self._counts or not (presence or frequency):
            return logits
        tokens = torch.tensor(list(self._counts))
        counts = torch.tensor(list(self._counts.values()), dtype=logits.dtype)
        return logits.index_add(0, tokens, -(presence + frequency * counts))

    def _pick(self, logits: torch.Tensor) -> int:
        if self._sampling.temperature < 1e-4:
            return int(logits.argmax())
        chances = torch.softmax(logits / self._sampling.temperature, dim=0).double()
        if self._sampling.top_p >= 1.0:
            return _draw(chances, self._random.random())
        chances, tokens = chances.sort(descending=True, stable=True)
        before = chances.cumsum(0) - chances
        kept = max(1, int((before < self._sampling.top_p).sum()))
        return int(tokens[_draw(chances[:kept], self._random.random())])


def _draw(chances: torch.Tensor, point: float) -> int:
    reached = chances.cumsum(0)
    index = int(torch.searchsorted(reached, point * reached[-1], right=True))
    return min(index, len(chances) - 1)
