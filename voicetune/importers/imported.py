"""What an import gave, file by file: for scripts and for a person."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from voicetune.examples.characters import quotation
from voicetune.examples.example import Example
from voicetune.examples.intake import Refusal, counted
from voicetune.importers.candidate import LEFT_OUT, Candidate
from voicetune.importers.cleaning import MENDS
from voicetune.importers.to_examples import is_chosen, to_examples


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file gave: examples that were ones already, or texts that become examples.

    Texts that are left out for a reason in `keep` are added all the same.
    """

    file: str
    kind: str
    explanation: str
    ready: list[Example] = field(default_factory=list)
    candidates: Sequence[Candidate] = ()
    keep: frozenset[str] = frozenset()
    refusals: list[Refusal] = field(default_factory=list)

    def added(self) -> Iterator[Candidate]:
        """Yields the texts that become examples."""
        return (c for c in self.candidates if is_chosen(c, self.keep))

    def examples(self) -> Iterator[Example]:
        """Yields all examples, one by one: there may be too many to have them all at once."""
        yield from self.ready
        for candidate in self.added():
            yield from to_examples([candidate])


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one file: examples added, texts by kind, mends by code, why texts stay out."""

    added: int
    kinds: Counter[str]
    mended: Counter[str]
    times: Counter[str]
    saved: Counter[str]
    left_out: Counter[str]


def tally(imported: Imported) -> Tally:
    """Counts what a file gave."""
    added = len(imported.ready)
    counts = Tally(added, Counter(), Counter(), Counter(), Counter(), Counter())
    for candidate in imported.candidates:
        counts.kinds[candidate.kind] += 1
        if not is_chosen(candidate, imported.keep):
            counts.left_out[_why(candidate)] += 1
            continue
        added += 1
        for mend in candidate.mends:
            counts.mended[mend.code] += 1
            counts.times[mend.code] += mend.count
            counts.saved[mend.code] += mend.saved_tokens
    return replace(counts, added=added)


def as_data(imported: Imported, counts: Tally) -> dict[str, Any]:
    """Returns what a file gave, for scripts: counts, each mended text, each left out with why."""
    return {
        "file": imported.file,
        "kind": imported.kind,
        "explanation": imported.explanation,
        "found": len(imported.candidates) or len(imported.ready),
        "added": counts.added,
        "kinds": dict(counts.kinds),
        "mends": [
            {
                "code": code,
                "label": MENDS[code],
                "texts": counts.mended[code],
                "count": counts.times[code],
                "saved_tokens": counts.saved[code],
            }
            for code in MENDS
            if counts.mended[code]
        ],
        "mended": [
            {
                "where": candidate.where,
                "mends": [asdict(mend) for mend in candidate.mends],
            }
            for candidate in imported.added()
            if candidate.mends
        ],
        "left_out": [
            {
                "code": _why(candidate),
                "reason": LEFT_OUT[_why(candidate)],
                "where": candidate.where,
                "text": quotation(candidate.text or candidate.original, 200),
            }
            for candidate in imported.candidates
            if not is_chosen(candidate, imported.keep)
        ],
        "refusals": [
            {
                "line": refusal.line,
                "code": refusal.code,
                "reason": refusal.reason,
                "text": quotation(refusal.text, 200),
            }
            for refusal in imported.refusals
        ],
    }


def as_text(imported: Imported, counts: Tally) -> str:
    """Returns what a file gave, for a person."""
    lines = [f"{imported.file}: {imported.explanation}"]
    for code in (code for code in MENDS if counts.mended[code]):
        tokens = f", {counts.saved[code]:,} tokens saved" if counts.saved[code] else ""
        lines.append(f"  mended: {MENDS[code]} ({counted(counts.mended[code], 'text')}{tokens})")
    for code, count in counts.left_out.most_common():
        lines.append(f"  left out: {counted(count, 'text')} ({code}): {LEFT_OUT[code]}")
    lines += [f"  not read: {refusal.reason}" for refusal in imported.refusals[:10]]
    if len(imported.refusals) > 10:
        lines.append(f"  not read: {len(imported.refusals) - 10:,} more")
    return "\n".join(lines)


def _why(candidate: Candidate) -> str:
    return candidate.left_out or "no-text"
