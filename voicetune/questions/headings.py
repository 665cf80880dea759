"""A long article cut along its headings into several candidates, each about its heading."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from voicetune.importers.candidate import Candidate

LONG = 300
"""Words from which a text is worth cutting."""
SHORTEST = 60
"""Words below which a part is joined to the one before it."""

_MARKDOWN = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_BOLD = re.compile(r"^(?:\*\*|__)([^*_]{2,100})(?:\*\*|__):?$")
_UNDERLINE = re.compile(r"^(?:=+|-{3,})$")
_CLOSES = re.compile(r"[.!,;:…\"”’)\]}>-]$")
_MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a text with its heading; the heading is empty for what stands before the first."""

    heading: str
    text: str

    @property
    def words(self) -> int:
        return len(self.text.split())


def sections(text: str) -> list[Section]:
    """Cuts a text at its headings; one section without a heading where there are fewer than two.

    Headings are Markdown's, else lines wholly in bold, else short lines that stand alone without
    closing marks. Of several levels the highest that comes twice is taken.
    """
    for find in (_markdown, _bold, _alone):
        found = find(text.splitlines())
        if found:
            return found
    return [Section("", text.strip())]


def cut(candidate: Candidate) -> list[Candidate]:
    """Returns the parts of a long article, or the candidate alone where it cannot be cut.

    Each part has its heading as its title; the beginning keeps the article's. Parts too short to
    stand alone are joined to the one before. What was mended is told with the first part.
    """
    if len(candidate.text.split()) < LONG:
        return [candidate]
    parts = _long_enough(sections(candidate.text))
    if len(parts) < 2:
        return [candidate]
    originals = _long_enough(sections(candidate.original))
    same = [part.heading for part in originals] == [part.heading for part in parts]
    return [
        replace(
            candidate,
            text=part.text,
            original=originals[place].text if same else candidate.original,
            where=f"{candidate.where}, part {place + 1}",
            title=part.heading or candidate.title,
            question="",
            mends=candidate.mends if place == 0 else (),
        )
        for place, part in enumerate(parts)
    ]


def _long_enough(parts: list[Section]) -> list[Section]:
    joined: list[Section] = []
    for part in parts:
        before = joined[-1] if joined else None
        if before is None or (before.words >= SHORTEST and part.words >= SHORTEST):
            joined.append(part)
        elif not before.heading and before.words < SHORTEST:
            # A short beginning belongs to the first part, whose heading says more.
            joined[-1] = Section(part.heading, f"{before.text}\n\n{part.text}".strip())
        else:
            text = "\n\n".join(filter(None, [before.text, part.heading, part.text]))
            joined[-1] = Section(before.heading, text)
    return joined


def _markdown(lines: list[str]) -> list[Section]:
    levels: list[tuple[int, str] | None] = []
    skipped: set[int] = set()
    for place, line in enumerate(lines):
        match = _MARKDOWN.match(line.strip())
        below = lines[place + 1].strip() if place + 1 < len(lines) else ""
        alone = not place or not lines[place - 1].strip()
        if match:
            levels.append((len(match.group(1)), _plain(match.group(2))))
        elif alone and line.strip() and _UNDERLINE.match(below) and len(line) <= 100:
            levels.append((1 if below.startswith("=") else 2, _plain(line)))
            skipped.add(place + 1)
        else:
            levels.append(None)
    counts = Counter(level[0] for level in levels if level)
    often = [level for level in sorted(counts) if counts[level] > 1]
    if not often:
        return []
    chosen = [level[1] if level and level[0] == often[0] else None for level in levels]
    return _cut_at(lines, chosen, skipped)


def _bold(lines: list[str]) -> list[Section]:
    matches = [_BOLD.match(line.strip()) for line in lines]
    return _cut_at(lines, [_plain(match.group(1)) if match else None for match in matches])


def _alone(lines: list[str]) -> list[Section]:
    headings: list[str | None] = []
    after = ""  # the next line with text
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place].strip()
        before = lines[place - 1].strip() if place else ""
        headings.append(_plain(line) if not before and _is_heading(line, after) else None)
        after = line or after
    return _cut_at(lines, headings[::-1])


def _is_heading(line: str, after: str) -> bool:
    """Tells whether a line that stands alone is short, not closed, and followed by longer text."""
    return (
        1 <= len(line.split()) <= _MOST_WORDS < len(after.split())
        and (line[0].isupper() or line[0].isdigit())
        and not _CLOSES.search(line)
        and "#" not in line
    )


def _cut_at(
    lines: list[str], headings: list[str | None], skipped: set[int] | frozenset[int] = frozenset()
) -> list[Section]:
    """Returns the sections between the headings; none where there are fewer than two headings."""
    if sum(heading is not None for heading in headings) < 2:
        return []
    made: list[tuple[str, list[str]]] = [("", [])]
    for place, (line, heading) in enumerate(zip(lines, headings, strict=True)):
        if heading is not None:
            made.append((heading, []))
        elif place not in skipped:
            made[-1][1].append(line)
    found = [Section(heading, "\n".join(body).strip()) for heading, body in made]
    return [section for section in found if section.text]


def _plain(heading: str) -> str:
    return re.sub(r"^\d{1,2}[.)]\s+", "", re.sub(r"[*_`]", "", heading).strip())
