"""A place that can be reached now, and the official SDK's client for it."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from voicetune.providers.profiles import Profile, load_profiles

if TYPE_CHECKING:
    import httpx2
    import openai


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its address and key. The key shows in no repr, so in no log or traceback."""

    profile: Profile
    base_url: str
    api_key: str = field(repr=False)


def client_for(place: Place, *, connections: "httpx2.Client | None" = None) -> "openai.OpenAI":
    """Returns the SDK's client for a place; cheap, since connections are shared. Do not close it.

    `connections` replaces the shared ones, in tests.
    """
    import openai

    from voicetune.providers import transport

    shared = transport.local_connections if place.profile.local else transport.hosted_connections
    return openai.OpenAI(
        api_key=_sendable(place.api_key),
        base_url=place.base_url,
        http_client=connections or shared(),
    )


def key_for(profile: Profile, typed: str = "") -> str:
    """Returns the key to use: the one typed in this session, else the environment's, else ""."""
    return typed.strip() or os.environ.get(profile.api_key_env or "", "").strip()


def hosted_place(profile: Profile, typed_key: str = "") -> Place | None:
    """Returns a place on the network, or None while there is no key for it."""
    key = key_for(profile, typed_key)
    return Place(profile, profile.base_url, key) if key else None


def local_place(home: Path) -> Place | None:
    """Returns the engine that runs on this computer, from the files it keeps under `home`/engine.

    None where it has not been started.
    """
    try:
        url = (home / "engine" / "url").read_text("utf-8").strip()
        token = (home / "engine" / "token").read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    return Place(load_profiles()["local"], url, token) if url and token else None


def _sendable(key: str) -> str:
    """A header takes printable ASCII only; a key with anything else is refused by the place."""
    return "".join(c if "!" <= c <= "~" else "?" for c in key.strip())
