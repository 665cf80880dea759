"""What questions mean, as vectors: each is worked out once and kept in the workspace."""

import base64
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voicetune.coach.records import digest
from voicetune.examples.meaning import SentenceModel
from voicetune.workspace.database import Workspace
from voicetune.workspace.kept import keep_results, kept_results

if TYPE_CHECKING:
    import numpy as np


class Meanings:
    """The vectors of one sentence model."""

    def __init__(self, ws: Workspace, folder: Path) -> None:
        self._ws = ws
        self._folder = folder
        sizes = sorted(f"{file.name} {file.stat().st_size}" for file in folder.iterdir())
        self.id = digest([(folder / "config.json").read_text("utf-8"), *sizes])
        self._kind = f"meaning-{self.id}"
        self._model: SentenceModel | None = None
        self._vectors: dict[str, np.ndarray] = {}

    def read(self, texts: Sequence[str], at: Callable[[int], None]) -> None:
        """Works out what is not known yet; `at` hears how many texts are done, and may raise."""
        import numpy as np

        new = list(dict.fromkeys(text for text in texts if text not in self._vectors))
        keys = {digest([text]): text for text in new}
        for key, value in kept_results(self._ws, self._kind, keys).items():
            half = np.frombuffer(base64.b85decode(value), np.float16)
            self._vectors[keys.pop(key)] = half.astype(np.float32)
        missing = list(keys.items())
        if not missing:
            return
        self._model = self._model or SentenceModel(self._folder)
        done = len(texts) - len(missing)
        for places, vectors in self._model.vectors([text for _, text in missing]):
            found = {}
            for place, vector in zip(places, vectors.astype(np.float16), strict=True):
                key, text = missing[place]
                found[key] = base64.b85encode(vector.tobytes()).decode("ascii")
                self._vectors[text] = vector.astype(np.float32)
            keep_results(self._ws, self._kind, found)
            done += len(places)
            at(done)

    def vectors_of(self, texts: Sequence[str]) -> "np.ndarray":
        """Returns a vector a text: float32, of length 1 but for rounding."""
        import numpy as np

        self.read(texts, lambda done: None)
        return np.array([self._vectors[text] for text in texts])
