"""What answers have in common word for word: closings, openings, paragraphs used again."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from voicetune.coach.codes import COACH_CODES
from voicetune.coach.quality import LINK, size_in_words, too_short
from voicetune.examples.characters import composed, quotation
from voicetune.examples.example import Example, Message, role_of
from voicetune.examples.finding import Finding

TAKE_OFF = "Take it off everywhere"
KEEP_FIRST = "Keep it in the first only"
"""Labels of the mends."""
SHARE, FEWEST = 0.3, 5
"""A closing or opening is a habit of the set from this share of its answers, and this many."""
_LONG = 12  # words of a paragraph that nobody writes twice by chance
_MOST = 3  # closings or openings that are named

_BLANK_LINE = re.compile(r"[^\S\n]*\n\s*\n\s*")
_LINE = re.compile(r"\s*\n\s*")
_NUMBER = re.compile(r"(?<!\w)\d+(?!\w)")
_SPACES_AND_MARKS = re.compile(r"[\W_]+")


class Paragraph(NamedTuple):
    """A paragraph of a text, where it stands, and the form in which two are equal."""

    start: int
    end: int
    key: str


@lru_cache(maxsize=20_000)
def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Returns the paragraphs of a text; its lines where no blank line divides it.

    Their keys are without case, spacing and punctuation, with any number and link as the same.
    """
    if not text.strip():
        return ()
    breaks = list(_BLANK_LINE.finditer(text)) or list(_LINE.finditer(text))
    starts = [0, *(b.end() for b in breaks)]
    ends = [*(b.start() for b in breaks), len(text)]
    return tuple(
        Paragraph(start, end, _key(text[start:end]))
        for start, end in zip(starts, ends, strict=True)
        if start < end and not text[start:end].isspace()
    )


def _key(text: str) -> str:
    plain = composed(text.casefold())
    if "://" in plain or "www." in plain or "lnkd.in" in plain:
        plain = LINK.sub(" link ", plain)
    words = _SPACES_AND_MARKS.sub(" ", _NUMBER.sub("0", plain)).strip()
    return words or text.strip()


def check_boilerplate(examples: Sequence[Example]) -> list[Finding]:
    """Returns findings about the included examples: shared openings and closings, re-used text."""
    split = {row: paragraphs(e.answer) for row, e in enumerate(examples) if e.include}
    split = {row: parts for row, parts in split.items() if len(parts) > 1}
    answers = sum(example.include for example in examples)
    openings = {row: parts[:1] for row, parts in split.items()}
    closings = {row: parts[max(1, len(parts) - 2) :] for row, parts in split.items()}
    findings = []
    habits: set[str] = set()
    for code, ends in (("same-opening", openings), ("same-closing", closings)):
        for key, rows in _frequent(ends, answers):
            habits.add(key)
            shown = next(_text(examples[rows[0]], p) for p in ends[rows[0]] if p.key == key)
            where = "begin" if code == "same-opening" else "end"
            findings.append(
                Finding(
                    code,
                    COACH_CODES[code].severity,
                    f"{len(rows):,} of {answers:,} answers {where} with “{quotation(shown)}”, so "
                    "the model will learn it. Keep it if every answer should; else take it off.",
                    tuple(rows),
                    mend=TAKE_OFF,
                )
            )
    return [*findings, *_used_again(examples, split, habits)]


def _frequent(ends: Mapping[int, Sequence[Paragraph]], answers: int) -> list[tuple[str, list[int]]]:
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, parts in ends.items():
        for key in {part.key for part in parts}:
            rows[key].append(row)
    needed = max(FEWEST, SHARE * answers)
    frequent = [(key, found) for key, found in rows.items() if len(found) >= needed]
    return sorted(frequent, key=lambda item: (-len(item[1]), item[0]))[:_MOST]


def _used_again(
    examples: Sequence[Example], split: Mapping[int, Sequence[Paragraph]], habits: set[str]
) -> list[Finding]:
    first_row: dict[str, int] = {}
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, parts in split.items():
        for key in {part.key for part in parts if len(part.key) > 3 * _LONG}:
            if first_row.setdefault(key, row) != row:
                rows[key] = rows[key] or [first_row[key]]
                rows[key].append(row)
    groups: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    for key, found in rows.items():
        if key not in habits and size_in_words(key) >= _LONG:
            groups[tuple(found)].append(key)
    findings = []
    for group, keys in sorted(groups.items()):
        shown = next(_text(examples[group[0]], p) for p in split[group[0]] if p.key in keys)
        same = "a paragraph" if len(keys) == 1 else f"{len(keys)} paragraphs"
        findings.append(
            Finding(
                "reused-paragraph",
                COACH_CODES["reused-paragraph"].severity,
                f"{len(group)} answers share {same} (“{quotation(shown)}”), which the model will "
                "learn by heart. Keep it in one of them, or write it in other words.",
                group,
                mend=KEEP_FIRST,
            )
        )
    return findings


def take_off(examples: Sequence[Example], finding: Finding) -> dict[int, Example]:
    """Returns the rows of a finding of `check_boilerplate` without what it is about.

    A used-again paragraph stays in the first row. A row that would say too little without it is
    left as it is.
    """
    split = {row: paragraphs(examples[row].answer) for row in finding.rows}
    if finding.code == "reused-paragraph":
        shared = set.intersection(*({p.key for p in parts} for parts in split.values()))
        keys = {key for key in shared if size_in_words(key) >= _LONG}
        rows = finding.rows[1:]
    else:
        first = finding.code == "same-opening"
        ends = {r: p[:1] if first else p[max(1, len(p) - 2) :] for r, p in split.items()}
        counts = Counter(key for parts in ends.values() for key in {p.key for p in parts})
        keys = {key for key, count in counts.items() if count == len(finding.rows)}
        split, rows = ends, finding.rows
    changed = {}
    for row in rows:
        answer = examples[row].answer
        kept = _without(answer, [part for part in split[row] if part.key in keys])
        if kept != answer and not too_short(kept) and kept:
            changed[row] = with_answer(examples[row], kept)
    return changed


def with_answer(example: Example, answer: str) -> Example:
    """Returns the example with its last answer written anew."""
    messages: list[Message] = list(example.messages)
    last = max(i for i, message in enumerate(messages) if role_of(message) == "assistant")
    messages[last] = {**messages[last], "content": answer}
    return replace(example, messages=messages)


def _without(text: str, parts: Sequence[Paragraph]) -> str:
    for part in sorted(parts, reverse=True):
        before, after = text[: part.start].rstrip(), text[part.end :].lstrip()
        gap = "\n\n" if _BLANK_LINE.search(text) else "\n"
        text = before + gap + after if before and after else before + after
    return text


def _text(example: Example, part: Paragraph) -> str:
    return example.answer[part.start : part.end]
