"""From the text of a JSON file to its records, one by one, bad ones among them.

Lines of JSON, pretty-printed objects one after another, and an array of objects all go through one
scanner, which steps over a broken piece and goes on with the next: what is good in a file is never
lost because something else in it is bad.
"""

import json
import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from voicetune.examples.diagnosis import BREAKS_OFF, explain

_DEEPEST = 100
_WINDOW = 65_536
_NEAR = 1_024
_LONGEST_WORD = len("-Infinity")
_BLANK = re.compile(r"\s*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_FIRST_KEY = re.compile(r'[{]\s*["“”„\']?([^"“”„\':]+)')
_TOO_DEEP = f"It is nested more than {_DEEPEST} levels deep, which no training file needs."


@dataclass(frozen=True, slots=True)
class Record:
    """One value of a file: parsed into `value`, or not, and then `problem` says why.

    `line` counts from 1; `text` is the piece of the file; `repeated` are names that stand more than
    once in one object, of which JSON readers keep only the last.
    """

    line: int
    text: str
    value: Any = None
    problem: str | None = None
    repeated: tuple[str, ...] = ()


class UnreadableError(ValueError):
    """A piece is not JSON: the reason, the place of the fault and the piece's end where known."""

    def __init__(self, reason: str, fault: int | None = None, end: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fault = fault
        self.end = end


class _Decoder:
    """The standard JSON decoder, strict about what cannot be written again, noting repeats."""

    def __init__(self) -> None:
        self.repeated: list[str] = []
        self._strict = json.JSONDecoder(
            object_pairs_hook=self._object, parse_float=_finite, parse_constant=_no_constant
        )
        self._lenient = json.JSONDecoder(parse_int=str)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            times = Counter(name for name, _ in pairs)
            self.repeated += sorted(name for name in times if times[name] > 1)
        return value

    def decode(self, text: str, start: int) -> tuple[Any, int]:
        """Returns the value at `start` and where it ends; raises UnreadableError."""
        try:
            value, end = self._raw(self._strict, text, start)
        except json.JSONDecodeError as error:
            fault = start + error.pos
            seen = text[start : min(_line_end(text, fault) + 1, fault + _NEAR)]
            raise UnreadableError(explain(seen, error.msg, error.pos), fault) from None
        except RecursionError:
            raise UnreadableError(_TOO_DEEP) from None
        except UnreadableError as error:
            raise UnreadableError(error.reason, end=self.end_of(text, start)) from None
        except ValueError:  # Python refuses whole numbers of more than 4,300 digits
            reason = "There is a number with thousands of digits in it."
            raise UnreadableError(reason, end=self.end_of(text, start)) from None
        piece = text[start:end]
        if piece.count("{") + piece.count("[") > _DEEPEST and _depth(value) > _DEEPEST:
            raise UnreadableError(_TOO_DEEP, end=end)
        if _SURROGATE.search(piece) and (half := _half_character(value)):
            raise UnreadableError(
                f"There is half of a character in it (\\u{ord(half):04x}), most often an emoji cut "
                "in two. Delete it or type the emoji again.",
                end=end,
            )
        return value, end

    def end_of(self, text: str, start: int) -> int | None:
        """Returns where the value at `start` ends, whatever is in it, or None if it is not JSON."""
        try:
            return self._raw(self._lenient, text, start)[1]
        except (ValueError, RecursionError):
            return None

    def _raw(self, decoder: json.JSONDecoder, text: str, start: int) -> tuple[Any, int]:
        """Decodes the line at `start`, and more text only where the value goes on below it.

        The standard decoder counts the lines before an error: given the whole text, many errors in
        a big file would take minutes.
        """
        end = _line_end(text, start, start + _WINDOW)
        while True:
            self.repeated = []
            piece = text[start:end]
            try:
                value, length = decoder.raw_decode(piece)
            except json.JSONDecodeError as error:
                cut = error.pos + _LONGEST_WORD >= len(piece) or error.msg.startswith("Untermin")
                if end == len(text) or not cut:
                    raise
                end = min(len(text), start + max(_WINDOW, 8 * (end - start)))
            else:
                return value, start + length


def parse(text: str) -> Record:
    """Returns the one record that `text` is, as line 1; more than one value is a problem."""
    records = list(scan(text, arrays=False))
    if len(records) == 1:
        return records[0]
    if not records:
        return Record(1, text, problem="This line is empty.")
    problem = next((r.problem for r in records if r.problem), None)
    return Record(1, text, problem=problem or "There is more than one example in this line.")


def scan(text: str, *, arrays: bool = True) -> Iterator[Record]:
    """Yields the records of `text` in order; with `arrays`, the items of an array one by one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    breaks = [match.start() for match in re.finditer("\n", text)]
    decoder = _Decoder()
    inside = False
    place = 0
    while (place := _skip(text, place)) < len(text):
        line = bisect_left(breaks, place) + 1
        if text[place] == "]" and inside:
            inside, place = False, place + 1
            continue
        if text[place] == "[" and arrays and not inside and _is_array(decoder, text, place):
            inside, place = True, place + 1
            continue
        value, problem = None, None
        try:
            value, end = decoder.decode(text, place)
            problem = _text_after(text, end, inside)
            end = _line_end(text, end) if problem else end
        except UnreadableError as error:
            end = error.end or _recover(text, place, error.fault, inside)
            problem = BREAKS_OFF if error.fault is not None and error.fault >= end else error.reason
        piece = text[place:end].strip().rstrip(",").rstrip()
        if problem:
            yield Record(line, piece, problem=problem)
        else:
            yield Record(line, piece, value, repeated=tuple(decoder.repeated))
        place = max(end, place + 1)


def _skip(text: str, place: int) -> int:
    while True:
        match = _BLANK.match(text, place)
        place = match.end() if match else place
        if text[place : place + 1] not in (",", "\ufeff"):
            return place
        place += 1


def _is_array(decoder: _Decoder, text: str, place: int) -> bool:
    """Tells an array of records from a line that is a list among other lines."""
    end = decoder.end_of(text, place)
    if end is None or "\n" in text[place:end]:
        return True
    return _skip(text, 0) == place and _skip(text, end) == len(text)


def _text_after(text: str, end: int, inside: bool) -> str | None:
    rest = text[end : _line_end(text, end, end + _NEAR)].strip()
    if not rest or rest[0] in ",{[" or (inside and rest[0] == "]"):
        return None
    return (
        f"After its closing bracket the line goes on with “{rest[:20]}”. Delete what is too much."
    )


def _recover(text: str, start: int, fault: int | None, inside: bool) -> int:
    """Returns where the broken piece at `start` ends, so that reading goes on with the next."""
    first_end = _line_end(text, start)
    if inside:
        key = _FIRST_KEY.match(text, start)
        if key:
            again = rf",\s*(?=[{{]\s*[\"“”'„]?{re.escape(key.group(1))}[\"“”'„]?\s*:)"
            found = re.compile(again).search(text, start + 1)
            if found:
                return found.start()
            last = text.rstrip()
            return len(last) - last.endswith("]")
    if fault is not None and fault < first_end and text[fault:first_end].strip():
        return first_end
    indent = start - (text.rfind("\n", 0, start) + 1)
    indent = indent if not text[start - indent : start].strip() else 0
    following = re.compile(rf"^[ \t]{{0,{indent}}}(?=[\[{{]|<{{7}}|={{7}}|>{{7}})", re.MULTILINE)
    found = following.search(text, min(first_end + 1, len(text)))
    return found.start() if found else len(text)


def _line_end(text: str, place: int, most: int | None = None) -> int:
    most = len(text) if most is None else min(most, len(text))
    end = text.find("\n", place, most)
    return most if end < 0 else end


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise UnreadableError(f"The number {digits[:20]} is too big to be kept.")
    return number


def _no_constant(name: str) -> float:
    raise UnreadableError(
        f"{name} is not a value that JSON knows. Write a number, or null for none."
    )


def _depth(value: Any) -> int:
    deepest = 0
    waiting = [(value, 1)]
    while waiting:
        item, level = waiting.pop()
        deepest = max(deepest, level)
        children = item.values() if isinstance(item, dict) else item
        if isinstance(item, dict | list):
            waiting += [(child, level + 1) for child in children]
    return deepest


def _half_character(value: Any) -> str | None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        return str(error.object[error.start])
    return None
