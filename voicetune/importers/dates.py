"""The moments that archives write in their many ways, as aware times in UTC."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_X = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})", re.ASCII)
_SENTENCE = re.compile(
    r"\b([A-Z][a-z]{2})[a-z]* (\d{1,2}), (\d{4})"
    r"(?:,? (?:at )?(\d{1,2}):(\d\d)(?::\d\d)?\s?([AP]M)?)?"
)
_ZONE = re.compile(r"\s*(?:UTC|GMT|Z)$")
_FRACTION = re.compile(r"(?<=:\d\d)\.\d+")


def utc(value: Any) -> datetime | None:
    """Returns the moment a text or a Unix time (seconds or milliseconds) names, or None.

    A time without a zone is taken as UTC, as the archives of LinkedIn and Substack mean it.
    """
    try:
        found = _from_number(value) if _is_number(value) else _from_text(str(value or "").strip())
        if found is None:
            return None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError, OSError):
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _from_number(value: float) -> datetime:
    return datetime.fromtimestamp(value / 1000 if abs(value) > 10**11 else value, UTC)


def _from_text(text: str) -> datetime | None:
    if not 8 <= len(text) <= 200:
        return None
    if text.isdecimal():
        return _from_number(int(text)) if 9 <= len(text) <= 13 else None
    if text[:4].isdecimal():
        return datetime.fromisoformat(_ZONE.sub("+00:00", _FRACTION.sub("", text)))
    if x := _X.fullmatch(text):
        month, day, clock, zone, year = x.groups()
        return parsedate_to_datetime(f"{day} {month} {year} {clock} {zone}")
    if sentence := _SENTENCE.search(text):
        name, day, year, hour, minute, half = sentence.groups()
        hours = int(hour or 0) % 12 + 12 * (half == "PM") if half else int(hour or 0)
        month_number = _MONTHS.index(name.lower()) + 1
        return datetime(int(year), month_number, int(day), hours, int(minute or 0), tzinfo=UTC)
    return parsedate_to_datetime(text)
