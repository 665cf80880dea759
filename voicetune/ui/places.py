"""The places that can be reached now, for pages and for the background alike; no Streamlit here.

A key comes from the environment, or from a person who typed it. A typed key stays in its browser
session; for a run launched with it, it is also lent to the background until VoiceTune closes.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from voicetune.home import home
from voicetune.ui.rehearsals import rehearsal_place

if TYPE_CHECKING:
    from voicetune.providers.client import Place
    from voicetune.providers.profiles import ModelProfile, Profile
    from voicetune.workspace.runs import Run

_lent: dict[int, "Place"] = {}


def profiles() -> "dict[str, Profile]":
    """Returns every place VoiceTune knows, by id; ProfileError where a file of them is wrong.

    Read again once the person's own file changes.
    """
    from voicetune.providers.profiles import own_file

    path = own_file()
    return _profiles(path, path.stat().st_mtime_ns if path is not None and path.exists() else 0)


@lru_cache(maxsize=2)
def _profiles(own: Path | None, changed: int) -> "dict[str, Profile]":
    from voicetune.providers.profiles import load_profiles

    return load_profiles()


def model_of(profile: "Profile", model_id: str) -> "ModelProfile | None":
    """Returns what is known of a model at a place; a server may have the engine's own ones."""
    where = [profile]
    if profile.kind == "server":
        where += [each for each in profiles().values() if each.local]
    return next((found for each in where if (found := each.model(model_id))), None)


def local_engine_available() -> bool:
    """Says whether this installation can train by itself (it came with PyTorch)."""
    return find_spec("torch") is not None


def place_of(profile_id: str, typed_key: str = "", typed_address: str = "") -> "Place | None":
    """Connects a place, or returns None: no engine is running, or it lacks its key or address."""
    from voicetune.providers.client import hosted_place, local_place

    profile = profiles()[profile_id]
    if profile.local:
        return local_place(home())
    return hosted_place(profile, typed_key, typed_address)


def lend(run_id: int, place: "Place") -> None:
    """Lets the background follow a run with the place it was launched at."""
    if not (
        place.profile.local or place.rehearsal
    ):  # the engine's address and token change when it restarts
        _lent[run_id] = place


def place_of_run(run: "Run") -> "Place | None":
    """Connects the place of a run, for the background."""
    if run.place not in profiles():
        return None
    if run.rehearsal:
        return rehearsal_place(profiles()[run.place])
    return _lent.get(run.id) or place_of(run.place, "", run.base_url)
