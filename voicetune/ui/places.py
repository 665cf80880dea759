"""The places that can be reached now, for pages and for the background alike; no Streamlit here.

A key comes from the environment, or from a person who typed it. A typed key stays in its browser
session; for a run launched with it, it is also lent to the background until VoiceTune closes.
"""

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from voicetune.home import home

if TYPE_CHECKING:
    from voicetune.providers.client import Place
    from voicetune.providers.profiles import Profile
    from voicetune.workspace.runs import Run

_lent: dict[int, "Place"] = {}


@cache
def profiles() -> "dict[str, Profile]":
    """Returns every place VoiceTune knows, by id."""
    from voicetune.providers.profiles import load_profiles

    return load_profiles()


def local_engine_available() -> bool:
    """Says whether this installation can train by itself (it came with PyTorch)."""
    return find_spec("torch") is not None


def place_of(profile_id: str, typed_key: str = "") -> "Place | None":
    """Connects a place, or returns None: no engine is running, or there is no key for it."""
    from voicetune.providers.client import hosted_place, local_place

    profile = profiles()[profile_id]
    return local_place(home()) if profile.local else hosted_place(profile, typed_key)


def lend(run_id: int, place: "Place") -> None:
    """Lets the background follow a run with the place it was launched at."""
    if not place.profile.local:  # the engine's address and token change when it restarts
        _lent[run_id] = place


def place_of_run(run: "Run") -> "Place | None":
    """Connects the place of a run, for the background."""
    if run.place not in profiles():
        return None
    return _lent.get(run.id) or place_of(run.place)
