"""A place that can be reached now, and the official SDK's client for it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from voicetune.providers.addresses import address_of, is_loopback, is_url
from voicetune.providers.keys import key_for
from voicetune.providers.profiles import Profile, load_profiles

if TYPE_CHECKING:
    import httpx2
    import openai


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its address and key. The key shows in no repr, so in no log or traceback.

    `rehearsal`: it is only played on this computer, and so is every run at it.
    """

    profile: Profile
    base_url: str
    api_key: str = field(repr=False)
    rehearsal: bool = False


def client_for(place: Place, *, connections: "httpx2.Client | None" = None) -> "openai.OpenAI":
    """Returns the SDK's client for a place; cheap, since connections are shared. Do not close it.

    `connections` replaces the shared ones, in tests.
    """
    import openai

    from voicetune.providers import transport

    near = place.profile.local or is_loopback(place.base_url)
    shared = transport.local_connections if near else transport.hosted_connections
    return openai.OpenAI(
        api_key=_sendable(place.api_key),
        base_url=place.base_url,
        http_client=connections or shared(),
    )


def hosted_place(profile: Profile, typed_key: str = "", typed_address: str = "") -> Place | None:
    """Returns a place on the network, or None while its key or its address is not known."""
    key, address = key_for(profile, typed_key), address_of(profile, typed_address)
    if not is_url(address) or (profile.needs_key and not key):
        return None
    return Place(profile, address, key)


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
    """A header takes printable ASCII only; a key with anything else is refused by the place.

    A place without a key gets a word in its stead, since the SDK asks for one.
    """
    return "".join(c if "!" <= c <= "~" else "?" for c in key.strip()) or "none"
