"""Places that are rehearsed: played on this computer for as long as VoiceTune runs; no Streamlit.

What is sent to one never leaves this computer, and its figures and answers are made up.
"""

import os
import secrets
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicetune.providers.client import Place
    from voicetune.providers.profiles import Profile

VARIABLE = "VOICETUNE_REHEARSE"
"""Names the place that is rehearsed from the start, as `python -m voicetune rehearse` sets it."""

_places: dict[str, "Place"] = {}
_starting = threading.Lock()


def from_the_start() -> str:
    """Returns the id of the place that is rehearsed in every new session, "" for none."""
    return os.environ.get(VARIABLE, "")


def rehearsal_place(profile: "Profile") -> "Place":
    """Returns the place that plays `profile` here, started if need be."""
    with _starting:
        if profile.id not in _places:
            _places[profile.id] = _start(profile)
        return _places[profile.id]


def _start(profile: "Profile") -> "Place":
    from voicetune.providers.client import Place
    from voicetune.rehearsal.course import Course
    from voicetune.rehearsal.dialect import dialect_of
    from voicetune.rehearsal.place import ScriptedPlace
    from voicetune.rehearsal.serving import PlaceServer

    played = ScriptedPlace(secrets.token_urlsafe(16), dialect_of(profile.id))
    played.answer = [
        "This is a rehearsal: ",
        "no model is behind these words. ",
        f"At {profile.name}, ",
        "your model would answer here.",
    ]
    played.models = [
        {"id": model.id, "object": "model", "created": 0, "owned_by": profile.id}
        for model in profile.models
    ]
    Course(played)
    PlaceServer(played)
    return Place(profile, played.base_url, played.key, rehearsal=True)
