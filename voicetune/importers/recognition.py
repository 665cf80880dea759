"""What a dropped file is, told by what is in it, and everything that can be read from it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import PurePath
from typing import BinaryIO, Protocol

from voicetune.examples.characters import same_text
from voicetune.examples.intake import Refusal
from voicetune.importers import (
    bluesky,
    bluesky_repository,
    chat_exports,
    documents,
    docx,
    json_posts,
    linkedin,
    markdown,
    mastodon,
    medium,
    meta,
    pdf,
    plain_text,
    spreadsheet,
    substack,
    web_page,
    wordpress,
    x,
)
from voicetune.importers.archive import Archive, is_zip
from voicetune.importers.candidate import Candidate
from voicetune.importers.csv_rows import in_any_encoding
from voicetune.importers.languages import in_other_languages, language_of
from voicetune.importers.shelf import Shelf

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
    candidates: Shelf
    refusals: list[Refusal]


class OfArchive(Protocol):
    """What the modules for archives have."""

    def is_archive(self, archive: Archive) -> bool: ...

    def read(
        self, archive: Archive, *, refuse: frozenset[str] = ...
    ) -> Iterator[Candidate | Refusal]: ...


class OfFile(Protocol):
    """What the modules for single files have."""

    def is_file(self, name: str, sample: str) -> bool: ...

    def read_file(
        self, name: str, source: BinaryIO, *, refuse: frozenset[str] = ...
    ) -> Iterator[Candidate | Refusal]: ...


UNKNOWN = Kind("unknown", "A file that is not recognised")

_ARCHIVES: tuple[tuple[Kind, OfArchive], ...] = (
    (Kind("linkedin", "A LinkedIn archive"), linkedin),
    (Kind("x", "An X archive"), x),
    (Kind("mastodon", "A Mastodon archive"), mastodon),
    (Kind("meta", "An export of Threads or Instagram"), meta),
    (Kind("word", "A Word document"), docx),
    (Kind("workbook", "An Excel workbook"), spreadsheet),
    (Kind("substack", "A Substack export"), substack),
    (Kind("medium", "A Medium export"), medium),
    (Kind("wordpress", "A WordPress export"), wordpress),
    (Kind("chats", "An export of chats with an assistant"), chat_exports),
    (Kind("documents", "A folder of documents"), documents),
)
_FILES: tuple[tuple[Kind, OfFile], ...] = (
    (Kind("linkedin-file", "A file of a LinkedIn archive"), linkedin),
    (Kind("x-file", "A file of an X archive"), x),
    (Kind("mastodon-file", "A Mastodon outbox"), mastodon),
    (Kind("bluesky-file", "Posts from Bluesky"), bluesky),
    (Kind("meta-file", "Posts from Threads or Instagram"), meta),
    (Kind("wordpress-file", "A WordPress export"), wordpress),
    (Kind("chats-file", "An export of chats with an assistant"), chat_exports),
    (Kind("bluesky-repository", "A Bluesky repository"), bluesky_repository),
    (Kind("json-posts", "A file of texts"), json_posts),
    (Kind("pdf", "A PDF"), pdf),
    (Kind("web-page", "A web page"), web_page),
    (Kind("markdown", "A Markdown file"), markdown),
    (Kind("text", "A text file"), plain_text),
)
_NOUNS: dict[str, str] = {
    "linkedin-post": "post",
    "linkedin-comment": "comment",
    "linkedin-article": "article",
    "linkedin-media": "description of a picture",
    "tweet": "post",
    "thread": "thread",
    "mastodon-post": "post",
    "mastodon-thread": "thread",
    "bluesky-post": "post",
    "bluesky-thread": "thread",
    "threads-post": "post",
    "instagram-post": "caption",
    "substack-post": "post",
    "medium-post": "post",
    "wordpress-post": "post",
    "wordpress-page": "page",
    "chatgpt-turn": "message of yours",
    "claude-turn": "message of yours",
}


def recognise(name: str, source: BinaryIO) -> Kind | None:
    """Returns what the file is, or None where no importer knows it.

    ArchiveError where it is an archive that is not to be trusted. Training data (JSONL, CSV) is not
    known here but by voicetune.examples.reading.
    """
    if is_zip(source):
        archive = Archive(source)
        return next((kind for kind, module in _ARCHIVES if module.is_archive(archive)), None)
    source.seek(0)
    sample = in_any_encoding(source.read(_SAMPLE))
    source.seek(0)
    return next((kind for kind, module in _FILES if module.is_file(_base(name), sample)), None)


def pieces(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields all texts of a file as they are read, so that none but threads are kept in memory.

    `refuse` are codes of mends not to make. Nothing is raised but ArchiveError, for an archive that
    is not to be trusted. What only the whole shows, repeats and other languages, is not told here.
    """
    kind = recognise(name, source)
    source.seek(0)
    if kind is None:
        return
    if not is_zip(source):
        of_file = next(module for known, module in _FILES if known == kind)
        yield from of_file.read_file(_base(name), source, refuse=refuse)
        return
    archive = Archive(source, _base(name))
    of_archive = next(module for known, module in _ARCHIVES if known == kind)
    yield from of_archive.read(archive, refuse=refuse)
    yield from (Refusal(1, "member", f"{n}: {why}", n) for n, why in archive.passed_over)


def read(name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()) -> Found:
    """Returns all texts of a file together, with repeats and other languages left out.

    They are read one by one; what is kept of very many takes less memory than their file.
    `refuse` are codes of mends not to make. Nothing is raised but ArchiveError, for an archive that
    is not to be trusted.
    """
    kind = recognise(name, source) or UNKNOWN
    candidates = Shelf()
    refusals: list[Refusal] = []
    languages: list[str | None] = []
    for piece in pieces(name, source, refuse=refuse):
        if isinstance(piece, Refusal):
            refusals.append(piece)
        else:
            candidates.append(piece)
            languages.append(None if piece.left_out else language_of(piece.text))
    for place, other in enumerate(in_other_languages(languages)):
        if other:
            candidates.leave_out(place, "other-language")
    leave_repeats_out(candidates, set())
    return Found(kind.code, explain(kind, candidates, refusals), candidates, refusals)


def explain(kind: Kind, candidates: Iterable[Candidate], refusals: list[Refusal]) -> str:
    """Returns what was found and what was left out, in sentences."""
    if kind == UNKNOWN:
        return "This is none of the archives and documents that VoiceTune knows."
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for candidate in candidates:
        counts[_NOUNS.get(candidate.kind, "text")] += 1
        if candidate.left_out:
            reasons[candidate.left_out] += 1
    found = ", ".join(_counted(number, noun) for noun, number in counts.most_common())
    sentences = [f"{kind.label}: {found or 'no texts of yours in it'}."]
    if reasons:
        total = sum(reasons.values())
        verb = "is" if total == 1 else "are"
        sentences.append(f"{total:,} of them {verb} left out unless you say otherwise.")
    sentences += [refusal.reason for refusal in refusals if refusal.code == "no-posts"]
    broken = sum(refusal.code != "no-posts" for refusal in refusals)
    if broken:
        sentences.append(f"{_counted(broken, 'piece')} could not be read.")
    return " ".join(sentences)


def leave_repeats_out(candidates: Shelf, seen: set[bytes]) -> None:
    """Leaves those out whose text is in `seen`, and adds that of the others to it.

    `seen` has digests: the texts themselves may fill much memory.
    """
    for place, candidate in enumerate(candidates):
        if candidate.left_out is None:
            words = same_text(candidate.text).encode("utf-8", errors="replace")
            key = blake2b(words, digest_size=16).digest()
            if key in seen:
                candidates.leave_out(place, "duplicate")
            seen.add(key)


def _counted(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    first, _, rest = noun.partition(" ")
    plural = f"{first[:-1]}ies" if first.endswith("y") else f"{first}s"
    return f"{number:,} {plural}{' ' if rest else ''}{rest}"


def _base(name: str) -> str:
    return PurePath(name.replace("\\", "/")).name
