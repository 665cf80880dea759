"""What went wrong at a place, in words that say what to do about it."""

import json
import re
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from voicetune.providers.client import Place

if TYPE_CHECKING:
    import openai

_MENDABLE = frozenset({"disk_full", "folder_not_writable", "storage_failed", "out_of_memory"})
"""Failures of our own engine that say what the person can do."""
_LONGEST_QUOTE = 300
_MISMATCH = re.compile(
    r"(mismatch|no such|not (a )?member|belong)\W.{0,60}(project|organi[sz])", re.I
)
_KEYLIKE = re.compile(r"\b(?:sk|vt)-[\w*.-]{6,}")


def explain(exc: Exception, place: Place) -> str:
    """Returns one or two sentences: what happened, where, and what a person can do.

    Never holds the key, even where the exception's own text does.
    """
    return without_key(_explain(exc, place), place)


def worth_another_try(exc: Exception) -> bool:
    """Says whether the same request may go through later: a busy place, or one out of reach.

    A refusal stays one. An account without credit answers as a busy place does and is refused.
    """
    import openai

    from voicetune.providers.transport import WebPageError

    if isinstance(exc, openai.APIStatusError):
        if exc.status_code == 429:
            return exc.code != "insufficient_quota"
        return exc.status_code >= 500
    return isinstance(exc, openai.APIConnectionError) and not isinstance(exc, WebPageError)


def wait_asked_for(exc: Exception, moment: datetime) -> timedelta | None:
    """Returns how long the place asks to wait from `moment` on, or None where it does not say.

    Retry-After is a number of seconds or a date.
    """
    import openai

    if not isinstance(exc, openai.APIStatusError):
        return None
    said = exc.response.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return timedelta(seconds=int(said))
    try:
        return max(timedelta(0), parsedate_to_datetime(said) - moment)
    except (TypeError, ValueError):
        return None


def _explain(exc: Exception, place: Place) -> str:
    import openai

    from voicetune.providers.transport import WebPageError, is_web_page

    who = _name(place)
    if isinstance(exc, WebPageError):
        return _web_page(place)
    if isinstance(exc, openai.APITimeoutError):
        return f"{who} did not answer in time. Wait a moment and try again."
    if isinstance(exc, openai.APIConnectionError):
        return _unreachable(exc, place)
    if isinstance(exc, openai.APIStatusError):
        if is_web_page(exc.response) and (exc.status_code < 500 or exc.status_code == 511):
            return _web_page(place)
        return _refusal(exc, place)
    if isinstance(exc, openai.APIResponseValidationError | json.JSONDecodeError):
        return f"An answer from {_inline(who)} could not be read. Try again in a moment."
    if isinstance(exc, openai.APIError):  # an error in the middle of a stream
        return f"{who} broke off: {_quote(exc, place)} Try again."
    return f"Something unexpected happened at {_inline(who)} ({type(exc).__name__}). Try again."


def _refusal(exc: "openai.APIStatusError", place: Place) -> str:
    who, status, profile = _name(place), exc.status_code, place.profile
    if status == 401 and profile.local:
        return f"{who} has been started anew meanwhile. Reload the page and try again."
    if status in (401, 403) and _wrong_project(exc):
        return (
            f"This key belongs to another project or organisation of {profile.name} than the one "
            "that is asked for. Use a key made in that project, or take OPENAI_PROJECT_ID and "
            "OPENAI_ORG_ID out of the environment."
        )
    if status == 401 and not profile.keys_url:
        what = "this key" if place.api_key else "requests without a key"
        return f"{who} does not accept {what}. Whoever runs it knows which it takes."
    if status == 401:
        return (
            f"{who} does not accept this key. Copy it again from {profile.keys_url} and check "
            "that it was not revoked."
        )
    if status == 403 and exc.code == "training_not_available":
        closed = f": it is closed to {profile.closed_to}" if profile.closed_to else ""
        return (
            f"{who} no longer trains for the organisation this key belongs to{closed}. "
            "Your examples are kept; you can train on this computer instead."
        )
    if status == 403:
        return (
            f"{who} does not allow this key to do that: {_quote(exc, place)} Check the key's "
            "permissions and its project, or use another key."
        )
    if status == 404:
        return (
            f"{who} does not have what was asked for: {_quote(exc, place)} It may have been "
            "deleted, or belong to another account."
        )
    if status == 413:
        megabytes = profile.limits.file_bytes // 2**20
        return f"The file is too large for {_inline(who)}, which takes up to {megabytes} MB."
    if status == 429 and exc.code == "insufficient_quota":
        return (
            f"The {profile.name} account of this key has no credit left. Add credit there, or "
            "train on this computer."
        )
    if status == 429:
        return f"{who} asks to slow down: too many requests. Try again {_wait(exc)}."
    if status >= 500 and profile.local and exc.code in _MENDABLE:
        return f"{who} says: {_quote(exc, place)}"
    if status >= 500:
        return (
            f"{who} has trouble of its own right now (HTTP {status}). Your work is kept; try "
            "again in a few minutes."
        )
    return f"{who} did not take this (HTTP {status}): {_quote(exc, place)}"


def _wrong_project(exc: "openai.APIStatusError") -> bool:
    named = re.search(r"project|organi[sz]ation", exc.code or "", re.I)
    return bool(named) or bool(_MISMATCH.search(exc.message))


def _unreachable(exc: Exception, place: Place) -> str:
    who = _name(place)
    if place.profile.local:
        return f"{who} does not answer. It is started again by itself; try again in a moment."
    causes = list(_causes(exc))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return (
            f"The connection to {_inline(who)} is not trusted: its certificate could not be "
            "checked. A company network may stand between; ask whoever looks after it."
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return (
            f"{who} could not be found on the network. Check that this computer is online, then "
            "try again; training on this computer needs no network."
        )
    return (
        f"{who} could not be reached. Check this computer's connection, and any proxy or firewall, "
        "then try again; training on this computer needs no network."
    )


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    while exc is not None:
        yield exc
        exc = exc.__cause__ or exc.__context__


def _web_page(place: Place) -> str:
    return (
        f"A web page came back instead of an answer from {_inline(_name(place))}. A proxy, a "
        "firewall or a log-in page of this network stands between; sign in there, or try another "
        "network."
    )


def _wait(exc: "openai.APIStatusError") -> str:
    seconds = exc.response.headers.get("retry-after", "")
    return f"in {seconds} seconds" if seconds.isdecimal() else "in a minute"


def _quote(exc: "openai.APIError", place: Place) -> str:
    """What the place itself said, in quotes, short; without the key before it is cut short."""
    body = exc.body if isinstance(exc.body, dict) else {}
    said = body.get("message") if isinstance(body.get("message"), str) else exc.message
    said = " ".join(without_key(str(said), place).split())
    if len(said) > _LONGEST_QUOTE:
        said = said[:_LONGEST_QUOTE].rstrip() + " …"
    return f"“{said}”"


def without_key(text: str, place: Place) -> str:
    """Returns what a place said without the key, and without all that looks like one."""
    if len(place.api_key) > 3:
        text = text.replace(place.api_key, "(the key)")
    return _KEYLIKE.sub("(the key)", text)


def _name(place: Place) -> str:
    return "The engine on this computer" if place.profile.local else place.profile.name


def _inline(who: str) -> str:
    return who.replace("The engine", "the engine", 1)
