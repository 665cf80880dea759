"""What was found in each example, by the format's checks and by the coach together."""

from collections.abc import Mapping
from dataclasses import dataclass

from voicetune.coach.codes import COACH_CODES
from voicetune.examples.codes import CODES, Code
from voicetune.ui.examples.board import Snapshot
from voicetune.ui.examples.word import Word
from voicetune.voice.odd_ones import VOICE_CODES

ALL_CODES: dict[str, Code] = {**CODES, **COACH_CODES, **VOICE_CODES}
"""Every code that an example can have, with what a badge shows."""
OF_THE_COACH = COACH_CODES.keys() | VOICE_CODES.keys()


@dataclass(frozen=True, slots=True)
class Found:
    """The codes of each example, the format's first, and the examples of each code, in order."""

    codes: Mapping[int, list[str]]
    by_code: Mapping[str, list[int]]


def found_in(snapshot: Snapshot, word: Word) -> Found:
    """Puts together what both say of a set."""
    codes = {id_: list(own) for id_, own in snapshot.codes.items() if own}
    for id_, findings in word.by_id.items():
        for finding in findings:
            if finding.code in OF_THE_COACH:
                own = codes.setdefault(id_, [])
                if finding.code not in own:
                    own.append(finding.code)
    by_code: dict[str, list[int]] = {}
    for id_ in snapshot.rows:
        for code in codes.get(id_, ()):
            by_code.setdefault(code, []).append(id_)
    return Found(codes, {code: by_code[code] for code in ALL_CODES if code in by_code})
