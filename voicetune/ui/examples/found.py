"""What was found in each example, by the format's checks and by the coach together."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from voicetune.coach.codes import COACH_CODES
from voicetune.examples.codes import CODES, Code
from voicetune.ui.examples.board import Snapshot
from voicetune.ui.examples.word import Word
from voicetune.voice.odd_ones import VOICE_CODES

ALL_CODES: dict[str, Code] = {**CODES, **COACH_CODES, **VOICE_CODES}
"""Every code that an example can have, with what a badge shows."""
OF_THE_COACH = COACH_CODES.keys() | VOICE_CODES.keys()


@dataclass(frozen=True)
class Found:
    """What both say of a set."""

    snapshot: Snapshot
    word: Word

    @cached_property
    def by_code(self) -> Mapping[str, Collection[int]]:
        """The examples by code, in the order of `ALL_CODES`; only codes that an example has."""
        coach = {code: ids for code, ids in self.word.by_code.items() if code in OF_THE_COACH}
        found = {**self.snapshot.by_code, **coach}
        return {code: found[code] for code in ALL_CODES if found.get(code)}

    @cached_property
    def any(self) -> Collection[int]:
        """The examples that something was found in."""
        return set().union(*self.by_code.values())

    def codes_of(self, example_id: int) -> list[str]:
        """Returns the codes of one example, the format's first."""
        coach = [code for code in self.word.codes_of(example_id) if code in OF_THE_COACH]
        return list(dict.fromkeys([*self.snapshot.codes_of(example_id), *coach]))
