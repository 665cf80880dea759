"""Items of a JSON file one after another, without the whole file in memory.

Sites wrap the list in their own ways: a bare array, an object with the list under a name, a line of
JavaScript before it (X), one object a line.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from voicetune.examples.intake import Refusal
from voicetune.examples.records import scan

_CHUNK = 2**16
_LARGEST_ITEM = 2**26
_NEAR_END = 64
_BLANK = re.compile(r"[\s,]*")
_SPACE = re.compile(r"\s*")
_START = re.compile(r"\s*(?:window\.[\w.]+\s*=|(?:var|let|const)\s+\w+\s*=)?\s*")
_BROKEN = "This piece could not be read as JSON; the file may be damaged or cut off here."
_UNSEEN = (
    "After a damaged piece the file goes on for too long to look through. Its rest was not read."
)
_LONGEST_PIECE = 1_000_000


class _BrokenError(ValueError):
    """What stands at this place is not JSON."""


class _Text:
    """Decoded text that grows at its end as it is read, and shrinks at its start."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._json = json.JSONDecoder()
        first = stream.read(_CHUNK)
        utf16 = first.startswith((b"\xff\xfe", b"\xfe\xff"))
        codec = "utf-16" if utf16 else "utf-8-sig"
        self._decoder = codecs.getincrementaldecoder(codec)(errors="replace")
        self.text = self._decoder.decode(first)
        self.at = 0
        self.ended = not first
        self.in_list = False

    def more(self) -> None:
        left = len(self.text) - self.at
        data = self._stream.read(max(_CHUNK, left))
        self.ended = not data
        self.text = self.text[self.at :] + self._decoder.decode(data, final=self.ended)
        self.at = 0

    def skip(self, blank: re.Pattern[str] = _BLANK) -> str:
        """Skips what the pattern matches, and returns the character after it ("" at the end)."""
        while True:
            match = blank.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text) or self.ended:
                return self.text[self.at : self.at + 1]
            self.more()

    def value(self) -> Any:
        """Returns the JSON value that starts here and steps over it."""
        while True:
            try:
                value, end = self._json.raw_decode(self.text, self.at)
            except RecursionError:
                raise _BrokenError from None
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated")
                if not cut and error.pos < len(self.text) - _NEAR_END:
                    raise _BrokenError from None
            except ValueError:
                raise _BrokenError from None
            else:
                if end < len(self.text) or self.ended:
                    self.at = end
                    return value
            if self.ended or len(self.text) - self.at > _LARGEST_ITEM:
                raise _BrokenError
            self.more()

    def rest(self) -> str:
        """Returns what is left, up to what may be looked through for good items."""
        while not self.ended and len(self.text) - self.at < _LARGEST_ITEM:
            self.more()
        return self.text[self.at :]


def items(stream: BinaryIO, *names: str) -> Iterator[Any]:
    """Yields the items of a top-level list, of lists under one of `names`, or of lines.

    Where a piece is no JSON, a Refusal with its text is yielded, and the good items after it still
    come.
    """
    text = _Text(stream)
    text.skip(_START)
    try:
        start = text.skip()
        if start == "[":
            text.at += 1
            yield from _listed(text)
        elif start == "{":
            yield from _named(text, names)
        elif start:
            raise _BrokenError
    except _BrokenError:
        yield from _good_and_broken(("[" if text.in_list else "") + text.rest())
        if not text.ended:
            yield Refusal(1, "not-json", _UNSEEN, "")


def _good_and_broken(text: str) -> Iterator[Any]:
    """Yields what can be read, and what stands broken between it, piece by piece."""
    broken: list[str] = []
    for record in scan(text):
        if record.problem:
            broken.append(record.text)
            continue
        if broken:
            yield _refused(broken)
            broken = []
        yield record.value
    if broken:
        yield _refused(broken)


def _refused(broken: list[str]) -> Refusal:
    return Refusal(1, "not-json", _BROKEN, ", ".join(broken)[:_LONGEST_PIECE])


def _listed(text: _Text) -> Iterator[Any]:
    text.in_list = True
    while text.skip() not in ("]", ""):
        yield text.value()
    text.in_list = False
    text.at += 1


def _named(text: _Text, names: tuple[str, ...]) -> Iterator[Any]:
    """Yields the items of the named lists of an object, or, where it has none, the object itself.

    Objects may follow one another, one a line.
    """
    while text.skip() == "{":
        text.at += 1
        whole: dict[str, Any] | None = {}
        while text.skip() not in ("}", ""):
            key = text.value()
            if text.skip(_SPACE) != ":" or not isinstance(key, str):
                raise _BrokenError
            text.at += 1
            if text.skip() == "[" and key in names:
                whole = None
                text.at += 1
                yield from _listed(text)
            else:
                value = text.value()
                if whole is not None:
                    whole[key] = value
        text.at += 1
        if whole:
            yield whole


def mapping(value: Any, *path: str) -> dict[str, Any]:
    """Returns the object at a path of names, or an empty one where anything else is there."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text_at(value: Any, *path: str) -> str:
    """Returns the text at a path of names, or an empty text."""
    found = mapping(value, *path[:-1]).get(path[-1])
    return found if isinstance(found, str) else ""


def list_at(value: Any, *path: str) -> list[Any]:
    """Returns the list at a path of names, or an empty one."""
    found = mapping(value, *path[:-1]).get(path[-1])
    return found if isinstance(found, list) else []
