"""The texts found in one file, compact in memory where there are very many."""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import starmap
from typing import Any, overload

from voicetune.importers.candidate import Candidate, Mend

ROOM = 2**23
"""Characters up to which the texts stand there as they are; from there on they are packed."""

_BLOCK = 512


class Shelf(Sequence[Candidate]):
    """Candidates in their order; whether one is left out can be changed, all else stays.

    An original is kept only where it differs from the text. Packed texts take about a third of
    their file; reading all of them in order unpacks each block once.
    """

    def __init__(self, candidates: Iterable[Candidate] = ()) -> None:
        self.characters = 0
        self._packed: list[bytes] = []
        self._loose: list[Candidate] = []
        self._left_out: list[str | None] = []
        self._open: tuple[int, list[Candidate]] = (-1, [])
        for candidate in candidates:
            self.append(candidate)

    def append(self, candidate: Candidate) -> None:
        """Puts one more at the end."""
        self._loose.append(candidate)
        self._left_out.append(candidate.left_out)
        self.characters += len(candidate.text)
        if candidate.original is not candidate.text:
            self.characters += len(candidate.original)
        if self.characters > ROOM and len(self._loose) >= _BLOCK:
            while len(self._loose) >= _BLOCK:
                self._packed.append(_packed(self._loose[:_BLOCK]))
                del self._loose[:_BLOCK]

    def leave_out(self, place: int, code: str) -> None:
        """Marks the candidate at a place as left out, for a reason of LEFT_OUT."""
        self._left_out[place] = code

    def __len__(self) -> int:
        return len(self._left_out)

    @overload
    def __getitem__(self, place: int) -> Candidate: ...

    @overload
    def __getitem__(self, place: slice) -> list[Candidate]: ...

    def __getitem__(self, place: int | slice) -> Candidate | list[Candidate]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        return self._at(range(len(self))[place])

    def __iter__(self) -> Iterator[Candidate]:
        return map(self._at, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def _at(self, place: int) -> Candidate:
        block, within = divmod(place, _BLOCK)
        if block < len(self._packed):
            if self._open[0] != block:
                self._open = block, _unpacked(self._packed[block])
            candidate = self._open[1][within]
        else:
            candidate = self._loose[place - len(self._packed) * _BLOCK]
        left_out = self._left_out[place]
        same = candidate.left_out == left_out
        return candidate if same else replace(candidate, left_out=left_out)


def _packed(candidates: Sequence[Candidate]) -> bytes:
    rows = [
        (
            c.text,
            None if c.original == c.text else c.original,
            c.where,
            c.kind,
            c.written_on.isoformat() if c.written_on else None,
            c.title,
            c.url,
            c.question,
            c.left_out,
            [(m.code, m.label, m.count, m.saved_tokens) for m in c.mends],
        )
        for c in candidates
    ]
    # Imported texts may hold half a surrogate pair, which UTF-8 has no bytes for.
    plain = json.dumps(rows, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return zlib.compress(plain, 1)


def _unpacked(data: bytes) -> list[Candidate]:
    rows: list[list[Any]] = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    return [
        Candidate(
            text,
            text if original is None else original,
            where,
            kind,
            datetime.fromisoformat(moment) if moment else None,
            title,
            url,
            question,
            left_out,
            tuple(starmap(Mend, mends)),
        )
        for text, original, where, kind, moment, title, url, question, left_out, mends in rows
    ]
