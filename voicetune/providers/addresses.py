"""Where a place is: the address of its profile, or one that a person gave."""

import ipaddress
import os
from urllib.parse import urlsplit, urlunsplit

from voicetune.providers.profiles import Profile


def address_of(profile: Profile, typed: str = "") -> str:
    """Returns the base URL to use: the typed one, else the environment's, else the profile's.

    "" where none is known: a place with an address of its own must be told it.
    """
    if profile.address is None:
        return profile.base_url
    given = typed.strip() or os.environ.get(profile.address.environment or "", "").strip()
    return complete(profile, given) if given else profile.address.default or profile.base_url


def complete(profile: Profile, typed: str) -> str:
    """Returns what a person typed as a base URL: with a scheme, and with the place's path.

    "192.168.1.20:8000" becomes "http://192.168.1.20:8000/v1". A name outside this network gets
    https. Query and fragment are dropped, and so are a user and a password: an address is shown.
    What is no address at all comes back as it is, see `is_url`.
    """
    text = typed.strip()
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
    except ValueError:
        return text
    host = parts.netloc.rpartition("@")[2]
    scheme = parts.scheme or ("http" if is_near(f"//{host}") else "https")
    path = parts.path.rstrip("/")
    if profile.address is not None and profile.address.path.startswith(path):
        path = profile.address.path
    return urlunsplit((scheme, host, path, "", ""))


def is_url(address: str) -> bool:
    """Says whether an address can be asked at all."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, an unclosed bracket
        return False


def is_loopback(address: str) -> bool:
    """Says whether an address is on this computer, where no proxy stands between."""
    host = _host(address)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_near(address: str) -> bool:
    """Says whether an address is on this computer or in its own network."""
    host = _host(address)
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".lan"))


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
