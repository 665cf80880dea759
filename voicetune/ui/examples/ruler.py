"""By which model's tokens examples are measured, and the longest it takes."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from voicetune.cost.model_tokenizer import ModelTokenizer
from voicetune.cost.tokens import count_examples
from voicetune.examples.example import Example
from voicetune.home import DATA
from voicetune.ui import places
from voicetune.workspace.database import Workspace
from voicetune.workspace.settings import get_setting, set_setting

_SETTING = "length_for"


@dataclass(frozen=True, slots=True)
class Ruler:
    """A model that may be trained: its name, its limit in tokens, its tokenizer's folder if any."""

    id: str
    name: str
    limit: int
    folder: Path | None = None

    def counts(self, examples: Sequence[Example]) -> list[int]:
        """Counts each example in the model's own tokens, or in OpenAI's where it has no folder."""
        if self.folder is None:
            return count_examples(examples)
        return _tokenizer(self.folder).count_examples(examples)

    def count(self, example: Example) -> int:
        """Counts one example."""
        return self.counts([example])[0]


def rulers() -> dict[str, Ruler]:
    """Returns every model that can be trained from here, by id; the first is the usual one."""
    starter = Path(os.environ.get("VOICETUNE_STARTER") or DATA / "starter")
    found = {}
    for profile in places.profiles().values():
        if not profile.trains or (profile.local and not places.local_engine_available()):
            continue
        has_tokenizer = profile.local and (starter / "tokenizer.json").exists()
        for model in profile.models:
            ruler = Ruler(
                f"{profile.id}/{model.id}",
                f"{model.name} ({profile.name})",
                model.context,
                starter if has_tokenizer else None,
            )
            found[ruler.id] = ruler
    return found


def chosen_ruler(ws: Workspace) -> Ruler:
    """Returns the ruler in use."""
    known = rulers()
    return known.get(get_setting(ws, _SETTING, "")) or next(iter(known.values()))


def choose_ruler(ws: Workspace, ruler_id: str) -> None:
    """Measures by another model from now on."""
    set_setting(ws, _SETTING, ruler_id)


@cache
def _tokenizer(folder: Path) -> ModelTokenizer:
    return ModelTokenizer(folder)
