"""What a person told the coach of a set: own names, what was dismissed, what was replaced."""

from collections.abc import Collection, Mapping

from voicetune.workspace.database import Workspace
from voicetune.workspace.settings import get_setting, set_setting


def own_names(ws: Workspace, dataset_id: int) -> tuple[str, ...]:
    """Returns the names, handles and addresses that are the person's own, sorted."""
    return tuple(get_setting(ws, f"mine.{dataset_id}", []))


def keep_own_names(ws: Workspace, dataset_id: int, names: Collection[str]) -> None:
    """Keeps the person's own names."""
    set_setting(ws, f"mine.{dataset_id}", sorted({name.strip() for name in names} - {""}))


def dismissed_in(ws: Workspace, dataset_id: int) -> list[str]:
    """Returns the keys of the findings that were dismissed."""
    keys: list[str] = get_setting(ws, f"dismissed.{dataset_id}", [])
    return keys


def keep_dismissed(ws: Workspace, dataset_id: int, keys: Collection[str]) -> None:
    """Keeps which findings are dismissed."""
    set_setting(ws, f"dismissed.{dataset_id}", sorted(keys))


def placeholders_in(ws: Workspace, dataset_id: int) -> dict[str, str]:
    """Returns what each placeholder of the set stands for."""
    return dict(get_setting(ws, f"placeholders.{dataset_id}", {}))


def keep_placeholders(ws: Workspace, dataset_id: int, values: Mapping[str, str]) -> None:
    """Keeps what each placeholder stands for."""
    set_setting(ws, f"placeholders.{dataset_id}", dict(values))
