"""Addresses of places that a person typed in, and what was found there. Keys are not kept."""

from typing import Any

from voicetune.workspace.database import Workspace
from voicetune.workspace.settings import get_setting, set_setting

_ADDRESS = "address/"
_FOUND = "found/"


def typed_address(ws: Workspace, place: str) -> str:
    """Returns the address a person gave for a place, "" for none."""
    return str(get_setting(ws, _ADDRESS + place, ""))


def keep_address(ws: Workspace, place: str, address: str) -> None:
    """Keeps an address, or forgets it ("") with what was found there."""
    set_setting(ws, _ADDRESS + place, address)
    set_setting(ws, _FOUND + place, None)


def found_at(ws: Workspace, place: str) -> dict[str, Any] | None:
    """Returns what was found at a place's address when it was last asked."""
    found: dict[str, Any] | None = get_setting(ws, _FOUND + place)
    return found


def keep_found(ws: Workspace, place: str, found: dict[str, Any] | None) -> None:
    """Keeps what was found at a place's address."""
    set_setting(ws, _FOUND + place, found)
