"""What a dropped file is, told by what is in it, and everything that can be read from it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import BinaryIO

from voicetune.examples.characters import same_text
from voicetune.examples.intake import Refusal
from voicetune.importers import linkedin
from voicetune.importers.archive import Archive, is_zip
from voicetune.importers.candidate import LEFT_OUT, Candidate
from voicetune.importers.csv_rows import decoded

_SAMPLE = 65_536


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: a stable word, and what a person calls it."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Found:
    """What one file held; `explanation` is a sentence or two for a person."""

    kind: str
    explanation: str
    candidates: list[Candidate]
    refusals: list[Refusal]


Pieces = Iterator[Candidate | Refusal]
_OfArchive = tuple[Kind, Callable[[Archive], bool], Callable[[Archive, frozenset[str]], Pieces]]
_OfFile = tuple[
    Kind,
    Callable[[str, str], bool],
    Callable[[str, BinaryIO, frozenset[str]], Pieces],
]

UNKNOWN = Kind("unknown", "A file that is not recognised")


def _linkedin_rows(name: str, source: BinaryIO, refuse: frozenset[str]) -> Pieces:
    kind = linkedin.file_kind(name, _first_lines(source).partition("\n")[0])
    if kind:
        yield from linkedin.read_rows(name, kind, source, refuse=refuse)


_ARCHIVES: tuple[_OfArchive, ...] = (
    (
        Kind("linkedin", "A LinkedIn archive"),
        linkedin.is_archive,
        lambda archive, refuse: linkedin.read(archive, refuse=refuse),
    ),
)
_FILES: tuple[_OfFile, ...] = (
    (
        Kind("linkedin-file", "A file of a LinkedIn archive"),
        lambda name, sample: bool(linkedin.file_kind(name, sample.partition("\n")[0])),
        _linkedin_rows,
    ),
)
_NOUNS: dict[str, str] = {
    "linkedin-post": "post",
    "linkedin-comment": "comment",
    "linkedin-article": "article",
    "linkedin-media": "description of a picture",
}


def recognise(name: str, source: BinaryIO) -> Kind | None:
    """Returns what the file is, or None where no importer knows it.

    ArchiveError where it is an archive that is not to be trusted. Training data (JSONL, CSV) is not
    known here but by voicetune.examples.reading.
    """
    if is_zip(source):
        archive = Archive(source)
        return next((kind for kind, matches, _ in _ARCHIVES if matches(archive)), None)
    sample = _first_lines(source)
    return next((kind for kind, matches, _ in _FILES if matches(_base(name), sample)), None)


def read(name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()) -> Found:
    """Returns all texts of a file; `refuse` are codes of mends not to make.

    Nothing is raised but ArchiveError, for an archive that is not to be trusted.
    """
    kind = recognise(name, source) or UNKNOWN
    source.seek(0)
    pieces: list[Candidate | Refusal] = []
    if is_zip(source):
        archive = Archive(source)
        for known, _, reader in _ARCHIVES:
            if known == kind:
                pieces = list(reader(archive, refuse))
        if kind != UNKNOWN:
            pieces += [Refusal(1, "member", f"{n}: {why}", n) for n, why in archive.passed_over]
    else:
        for known, _, read_file in _FILES:
            if known == kind:
                pieces = list(read_file(_base(name), source, refuse))
    candidates = _compared(piece for piece in pieces if isinstance(piece, Candidate))
    refusals = [piece for piece in pieces if isinstance(piece, Refusal)]
    return Found(kind.code, explain(kind, candidates, refusals), candidates, refusals)


def explain(kind: Kind, candidates: list[Candidate], refusals: list[Refusal]) -> str:
    """Returns what was found and what was left out, in sentences."""
    if kind == UNKNOWN:
        return "This is none of the archives and documents that VoiceTune knows."
    counts = Counter(_NOUNS.get(candidate.kind, "text") for candidate in candidates)
    found = ", ".join(_counted(number, noun) for noun, number in counts.most_common())
    sentences = [f"{kind.label}: {found or 'no texts of yours in it'}."]
    reasons = Counter(c.left_out for c in candidates if c.left_out)
    if reasons:
        total = sum(reasons.values())
        verb = "is" if total == 1 else "are"
        sentences.append(f"{total:,} of them {verb} left out unless you say otherwise.")
    sentences += [refusal.reason for refusal in refusals if refusal.code == "no-posts"]
    broken = sum(refusal.code != "no-posts" for refusal in refusals)
    if broken:
        sentences.append(f"{_counted(broken, 'piece')} could not be read.")
    return " ".join(sentences)


def _compared(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates with the later ones of the same text left out."""
    seen: set[str] = set()
    result: list[Candidate] = []
    for candidate in candidates:
        if candidate.left_out is None:
            key = same_text(candidate.text)
            if key in seen:
                candidate = replace(candidate, left_out="duplicate")
            seen.add(key)
        result.append(candidate)
    return result


def left_out_reason(code: str) -> str:
    """Returns the sentence for a code of LEFT_OUT."""
    return LEFT_OUT[code]


def _counted(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    first, _, rest = noun.partition(" ")
    plural = f"{first[:-1]}ies" if first.endswith("y") else f"{first}s"
    return f"{number:,} {plural}{' ' if rest else ''}{rest}"


def _base(name: str) -> str:
    return PurePath(name.replace("\\", "/")).name


def _first_lines(source: BinaryIO) -> str:
    source.seek(0)
    data = source.read(_SAMPLE)
    source.seek(0)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    return decoded(data.removeprefix(b"\xef\xbb\xbf"))
