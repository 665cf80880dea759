"""Where two versions of a text differ, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, CHANGED, CUT = "same", "changed", "cut"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
# A blank belongs to the word before it: compared by itself it would match everywhere.
_PIECE = re.compile(rf"(?:[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:['’]\w+)*|[^\w\s]|(?<!\S)|^)\s*")
_MOST = 8000  # pieces of both versions up to which they are compared by words, above that by lines
_SHORTEST = 4  # characters that stay between two changes; fewer belong to the change


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of one version: SAME in both, or CHANGED; CUT stands for one not shown."""

    kind: str
    text: str


def differing(before: str, after: str) -> tuple[list[Passage], list[Passage]]:
    """Returns both versions as passages; those of one version, joined, are its text."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) + len(new) > _MOST:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    was: list[Passage] = []
    now: list[Passage] = []
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (tag, a, b, c, d) in enumerate(steps):
        gone, made = "".join(old[a:b]), "".join(new[c:d])
        between = 0 < place < len(steps) - 1 and len(gone.strip()) < _SHORTEST
        kind = SAME if tag == "equal" and not between else CHANGED
        _add(was, kind, gone)
        _add(now, kind, made)
    return was, now


def around(passages: Sequence[Passage], context: int) -> list[Passage]:
    """Returns the passages with long same ones cut down to `context` characters beside a change."""
    shown: list[Passage] = []
    for place, passage in enumerate(passages):
        if passage.kind != SAME or len(passage.text) <= 3 * context:
            shown.append(passage)
            continue
        if place > 0:
            shown.append(Passage(SAME, _whole_words(passage.text[:context])))
        shown.append(Passage(CUT, "…"))
        if place < len(passages) - 1:
            shown.append(Passage(SAME, _whole_words(passage.text[-context:][::-1])[::-1]))
    return shown


def _whole_words(text: str) -> str:
    """The text without the word that was cut at its end; all of it where it is a single word."""
    return text[: text.rfind(" ")] if " " in text else text


def _add(passages: list[Passage], kind: str, text: str) -> None:
    if passages and passages[-1].kind == kind:
        passages[-1] = Passage(kind, passages[-1].text + text)
    elif text:
        passages.append(Passage(kind, text))
