"""Which side of the split an example goes to: the person's settings, applied to a stored set."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from voicetune.examples.example import Example
from voicetune.examples.split import assign_splits
from voicetune.workspace.database import Workspace
from voicetune.workspace.examples import list_examples, update_examples
from voicetune.workspace.settings import get_setting, set_setting


@dataclass(frozen=True, slots=True)
class Dealing:
    """How a set is split: the share kept for validation, the seed of chance, or the newest."""

    share: float = 0.1
    seed: int = 7
    newest: bool = False


def dealing_of(ws: Workspace, dataset_id: int) -> Dealing:
    """Returns how the set is split."""
    return Dealing(**get_setting(ws, f"split.{dataset_id}", {}))


def deal(ws: Workspace, dataset_id: int, dealing: Dealing, label: str) -> int:
    """Splits the set anew, as one step, and returns how many examples changed sides."""
    with ws.write():
        set_setting(ws, f"split.{dataset_id}", asdict(dealing))
        examples = list_examples(ws, dataset_id)
        return update_examples(
            ws, dataset_id, _moved(examples, _sides(examples, dealing, keep=False)), label
        )


def placed(ws: Workspace, dataset_id: int, new: Sequence[Example]) -> list[Example]:
    """Returns new examples with their sides; older ones move only where validation is too small.

    Call it inside the same `ws.write()` as the adding.
    """
    stored = list_examples(ws, dataset_id)
    sides = _sides([*stored, *new], dealing_of(ws, dataset_id), keep=True)
    moved = _moved(stored, sides[: len(stored)])
    update_examples(ws, dataset_id, moved, "Keep more examples for validation")
    return [replace(e, split=s) for e, s in zip(new, sides[len(stored) :], strict=True)]


def _sides(examples: Sequence[Example], dealing: Dealing, *, keep: bool) -> list[str]:
    return assign_splits(
        examples, share=dealing.share, seed=dealing.seed, newest=dealing.newest, keep=keep
    )


def _moved(examples: Sequence[Example], sides: Sequence[str]) -> dict[int, Example]:
    return {
        example.id: replace(example, split=side)
        for example, side in zip(examples, sides, strict=True)
        if example.split != side
    }
