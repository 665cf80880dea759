"""What replacing private pieces would change, in the words around each, to be looked at first."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from voicetune.coach.privacy import Placeholders, find_private
from voicetune.examples.example import Example, text_of

CONTEXT = 60
"""Characters shown before and after a piece."""


class Excerpt(NamedTuple):
    """A private piece of a row, what would stand there instead, and the words around it."""

    row: int
    before: str
    value: str
    placeholder: str
    after: str


def excerpts(
    examples: Sequence[Example],
    rows: Iterable[int],
    placeholders: Placeholders,
    *,
    kinds: Collection[str],
    own: Collection[str] = (),
) -> Iterator[Excerpt]:
    """Yields each piece that `cover` would replace in these rows, in their order.

    `placeholders` are filled as `cover` fills them; give a copy of the set's.
    """
    for row in rows:
        for message in examples[row].messages:
            text = text_of(message)
            for private in find_private(text, kinds=kinds, own=own):
                yield Excerpt(
                    row,
                    _end(text[: private.start]),
                    private.value,
                    placeholders.of(private.code, private.value),
                    _beginning(text[private.end :]),
                )


def _end(text: str) -> str:
    if len(text) <= CONTEXT:
        return text
    words = text[-CONTEXT:].split(None, 1)
    return "… " + (words[1] if len(words) > 1 else words[0] if words else "")


def _beginning(text: str) -> str:
    if len(text) <= CONTEXT:
        return text
    return text[:CONTEXT].rsplit(None, 1)[0] + " …"
