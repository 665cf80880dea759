"""What identifies a person in a text, and placeholders that can be turned back."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from voicetune.coach.addresses import addresses_in
from voicetune.coach.codes import PRIVATE
from voicetune.coach.keys import keys_in
from voicetune.coach.numbers import numbers_in
from voicetune.coach.people import people_in
from voicetune.examples.example import Example, Message, text_of

KINDS = tuple(PRIVATE)
"""All that is looked for, as codes; what is two things at once counts as the first of them."""

_WORDS = {code: code.removeprefix("private-").upper() for code in KINDS}
_CODES = {word: code for code, word in _WORDS.items()}
PLACEHOLDER = re.compile(rf"\[({'|'.join(_CODES)})_([1-9]\d{{0,6}})(?:\.([2-9]|[1-9]\d{{1,4}}))?\]")
"""[EMAIL_1]; another spelling of the same value is [EMAIL_1.2]."""

_LINK = re.compile(r"https?://[^\s<>()\[\]]+|\bwww\.[^\s<>()\[\]]+", re.IGNORECASE)


class Private(NamedTuple):
    """A piece of a text that identifies somebody: its code, its place and the piece itself."""

    code: str
    start: int
    end: int
    value: str


def find_private(
    text: str, *, kinds: Collection[str] = KINDS, own: Collection[str] = ()
) -> list[Private]:
    """Returns the private pieces of a text in their order; they never overlap.

    `own` holds the writer's own names, handles, addresses and numbers, in any case: they stay.
    """
    own = frozenset(map(str.casefold, own))
    spans = [*keys_in(text), *numbers_in(text), *addresses_in(text), *people_in(text, own)]
    if not spans:
        return []
    spans = [span for span in spans if span[0] in kinds]
    spans.sort(key=lambda span: (KINDS.index(span[0]), span[1], -span[2]))
    taken, linked = _places(PLACEHOLDER, text), _places(_LINK, text)
    found = []
    for code, start, end in spans:
        if taken.find(1, start, end) >= 0 or (code in _NOT_IN_LINKS and linked[start]):
            continue
        value = text[start:end]
        if value.casefold() in own or value.casefold().lstrip("@") in own:
            continue
        taken[start:end] = b"\x01" * (end - start)
        found.append(Private(code, start, end, value))
    return sorted(found, key=lambda private: private.start)


def _places(pattern: re.Pattern[str], text: str) -> bytearray:
    """Returns a byte a character: 1 where the pattern matches."""
    places = bytearray(len(text))
    for match in pattern.finditer(text):
        places[match.start() : match.end()] = b"\x01" * len(match.group())
    return places


_NOT_IN_LINKS = frozenset({"private-phone", "private-card", "private-handle", "private-name"})


@dataclass(slots=True)
class Placeholders:
    """Which placeholder stands for which value; it is filled while values are covered.

    One object serves a whole set, so that the same value gets the same placeholder everywhere.
    """

    values: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    _known: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    _numbers: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    _counts: Counter[str] = field(default_factory=Counter, repr=False)

    def __post_init__(self) -> None:
        for placeholder, value in self.values.items():
            if match := PLACEHOLDER.fullmatch(placeholder):
                code = _CODES[match[1]]
                self._known[code, value] = placeholder
                self._numbers.setdefault((code, _same(code, value)), f"{match[1]}_{match[2]}")

    def reserve(self, examples: Iterable[Example]) -> None:
        """Keeps placeholders that stand in the texts already from being given to another value."""
        for example in examples:
            for text in _texts(example.messages):
                if "[" in text:
                    self.taken |= {m.group() for m in PLACEHOLDER.finditer(text)}

    def of(self, code: str, value: str) -> str:
        """Returns the placeholder of a value, a new one for a new value."""
        if known := self._known.get((code, value)):
            return known
        key = code, _same(code, value)
        name = self._numbers.get(key)
        if name is None:
            name = self._numbers[key] = self._next_name(_WORDS[code])
        placeholder, spelling = f"[{name}]", 1
        while placeholder in self.values or placeholder in self.taken:
            spelling += 1
            placeholder = f"[{name}.{spelling}]"
        self.values[placeholder] = value
        self._known[code, value] = placeholder
        return placeholder

    def _next_name(self, word: str) -> str:
        while True:
            self._counts[word] += 1
            name = f"{word}_{self._counts[word]}"
            if f"[{name}]" not in self.values and f"[{name}]" not in self.taken:
                return name


class Replaced(NamedTuple):
    """A value that was replaced: what stands for it, how often, and in which rows (from 0)."""

    placeholder: str
    code: str
    value: str
    times: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """A set with its private pieces replaced.

    `changed` holds the examples that changed by their row; `replaced` says what was replaced.
    """

    changed: dict[int, Example]
    replaced: tuple[Replaced, ...]
    placeholders: Placeholders


def cover(
    examples: Sequence[Example],
    placeholders: Placeholders | None = None,
    *,
    rows: Iterable[int] | None = None,
    kinds: Collection[str] = KINDS,
    own: Collection[str] = (),
) -> Covered:
    """Replaces the private pieces of the rows (all without `rows`) by placeholders.

    Give the placeholders of earlier calls to keep their numbers. Nothing is lost: see `restore`.
    """
    placeholders = placeholders or Placeholders()
    placeholders.reserve(examples)
    counts: Counter[str] = Counter()
    where: dict[str, list[int]] = {}
    codes: dict[str, str] = {}
    changed = {}
    for row in range(len(examples)) if rows is None else sorted(set(rows)):

        def covered(text: str, row: int = row) -> str:
            parts, last = [], 0
            for private in find_private(text, kinds=kinds, own=own):
                placeholder = placeholders.of(private.code, private.value)
                parts += [text[last : private.start], placeholder]
                last = private.end
                counts[placeholder] += 1
                codes[placeholder] = private.code
                if row not in where.setdefault(placeholder, [])[-1:]:
                    where[placeholder].append(row)
            return "".join([*parts, text[last:]])

        messages = with_texts(examples[row].messages, covered)
        if messages is not None:
            changed[row] = replace(examples[row], messages=messages)
    replaced = tuple(
        Replaced(p, codes[p], placeholders.values[p], times, tuple(where[p]))
        for p, times in counts.items()
    )
    return Covered(changed, replaced, placeholders)


class Preview(NamedTuple):
    """A message before and after: row and message count from 0."""

    row: int
    message: int
    before: str
    after: str


def preview(examples: Sequence[Example], covered: Covered) -> Iterator[Preview]:
    """Yields each message that would change, for a person to look at first."""
    for row, example in covered.changed.items():
        pairs = zip(examples[row].messages, example.messages, strict=True)
        for position, (old, new) in enumerate(pairs):
            if text_of(old) != text_of(new):
                yield Preview(row, position, text_of(old), text_of(new))


def restore_text(text: str, values: Mapping[str, str]) -> str:
    """Returns the text, also a model's answer, with values in place of their placeholders."""
    return PLACEHOLDER.sub(lambda match: values.get(match.group(), match.group()), text)


def restore(example: Example, values: Mapping[str, str]) -> Example:
    """Returns the example as it was before its values were covered."""
    messages = with_texts(example.messages, lambda text: restore_text(text, values))
    return example if messages is None else replace(example, messages=messages)


def with_texts(messages: Any, change: Callable[[str], str]) -> list[Message] | None:
    """Returns the messages with each text changed, parts of text too; None if none changed."""
    if not isinstance(messages, list):
        return None

    def part(value: Any) -> Any:
        if isinstance(value, dict) and isinstance(text := value.get("text"), str):
            return {**value, "text": change(text)}
        return value

    changed = []
    for message in messages:
        content = message.get("content") if isinstance(message, dict) else None
        if isinstance(content, str):
            message = {**message, "content": change(content)}
        elif isinstance(content, list):
            message = {**message, "content": [part(value) for value in content]}
        changed.append(message)
    return None if changed == messages else changed


def masked(private: Private) -> str:
    """Returns a value fit for a sentence on a screen or in a log: enough to know it by."""
    value = " ".join(private.value.split())
    match private.code:
        case "private-name" | "private-handle" | "private-address":
            return value if len(value) <= 60 else value[:59] + "…"
        case "private-email":
            return value[0] + "…" + value[value.index("@") :] if "@" in value else value[:2] + "…"
        case "private-key":
            return value[:4] + "…"
    return "…" + value[-2:]


def _texts(messages: Any) -> list[str]:
    return [text_of(message) for message in messages] if isinstance(messages, list) else []


def _same(code: str, value: str) -> str:
    """Returns the form in which two spellings of one value are equal."""
    if code in ("private-card", "private-account"):
        return "".join(c for c in value if c.isalnum()).upper()
    if code == "private-phone":
        digits = "".join(c for c in value if c.isdecimal())
        return digits.removeprefix("00") if value.startswith("00") else digits
    return value if code == "private-key" else " ".join(value.split()).casefold()
