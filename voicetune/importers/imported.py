"""What an import gave, file by file: for scripts and for a person."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from voicetune.examples.characters import quotation
from voicetune.examples.example import Example
from voicetune.examples.intake import Refusal, counted
from voicetune.importers.candidate import LEFT_OUT, Candidate
from voicetune.importers.cleaning import MENDS


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file gave."""

    file: str
    kind: str
    explanation: str
    examples: list[Example]
    candidates: list[Candidate] = field(default_factory=list)
    added: list[Candidate] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def as_data(imported: Imported) -> dict[str, Any]:
    """Returns what a file gave, for scripts: counts, each mended text, each left out with why."""
    added = {id(candidate) for candidate in imported.added}
    left = [c for c in imported.candidates if id(c) not in added]
    mended: Counter[str] = Counter()
    times: Counter[str] = Counter()
    saved: Counter[str] = Counter()
    for candidate in imported.added:
        for mend in candidate.mends:
            mended[mend.code] += 1
            times[mend.code] += mend.count
            saved[mend.code] += mend.saved_tokens
    return {
        "file": imported.file,
        "kind": imported.kind,
        "explanation": imported.explanation,
        "found": len(imported.candidates) or len(imported.examples),
        "added": len(imported.examples),
        "kinds": dict(Counter(candidate.kind for candidate in imported.candidates)),
        "mends": [
            {
                "code": code,
                "label": MENDS[code],
                "texts": mended[code],
                "count": times[code],
                "saved_tokens": saved[code],
            }
            for code in MENDS
            if mended[code]
        ],
        "mended": [
            {
                "where": candidate.where,
                "mends": [asdict(mend) for mend in candidate.mends],
            }
            for candidate in imported.added
            if candidate.mends
        ],
        "left_out": [
            {
                "code": code,
                "reason": LEFT_OUT[code],
                "where": candidate.where,
                "text": quotation(candidate.text or candidate.original, 200),
            }
            for candidate in left
            if (code := candidate.left_out or "no-text")
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


def as_text(imported: Imported, facts: dict[str, Any]) -> str:
    """Returns what a file gave, for a person."""
    lines = [f"{imported.file}: {imported.explanation}"]
    for mend in facts["mends"]:
        saved = f", {mend['saved_tokens']:,} tokens saved" if mend["saved_tokens"] else ""
        lines.append(f"  mended: {mend['label']} ({counted(mend['texts'], 'text')}{saved})")
    for code, count in Counter(item["code"] for item in facts["left_out"]).most_common():
        lines.append(f"  left out: {counted(count, 'text')} ({code}): {LEFT_OUT[code]}")
    lines += [f"  not read: {refusal.reason}" for refusal in imported.refusals[:10]]
    if len(imported.refusals) > 10:
        lines.append(f"  not read: {len(imported.refusals) - 10:,} more")
    return "\n".join(lines)
