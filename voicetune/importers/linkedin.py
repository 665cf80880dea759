"""LinkedIn's "Get a copy of your data": the whole archive, or one of its files.

Only the files that hold the person's own words are opened: Shares.csv, Comments.csv,
Rich_Media.csv and Articles/*.html. Since 2026 their names may carry the member's number.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import BinaryIO
from urllib.parse import unquote

from voicetune.examples.intake import Refusal
from voicetune.importers.archive import Archive, Member
from voicetune.importers.candidate import Candidate
from voicetune.importers.csv_rows import Row, in_any_encoding, rows
from voicetune.importers.dates import utc
from voicetune.importers.making import make
from voicetune.importers.members import from_member, from_pages
from voicetune.importers.pages import Element, parse, text_of
from voicetune.importers.screening import FEWEST_IN_COMMENT

COLUMNS: dict[str, tuple[str, ...]] = {
    "Shares": ("date", "sharelink", "sharecommentary", "sharedurl", "mediaurl", "visibility"),
    "Comments": ("date", "link", "message"),
    "Rich_Media": ("date/time", "media description", "media link"),
}
"""The files of rows that are read, with their columns."""

Found = Iterator[Candidate | Refusal]

_ROWS = re.compile(r"(Shares|Comments|Rich_Media)(?:_(\d+))?(?: ?\(\d+\))?\.csv", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:^|/)Articles/[^/]+\.html?$")
_SIGN = re.compile(
    r"(?:^|/)(?:Shares|Comments|Rich_Media|Reactions|InstantReposts|Connections|messages|Profile|"
    r"Invitations|Ad_Targeting|Registration|Email Addresses|Skills|Positions)(?:_\d+)?\.csv$",
    re.IGNORECASE,
)
_COMPLETE = re.compile(
    r"(?:^|/)(?:Ad_Targeting|SearchQueries|Logins|Inferences_about_you)(?:_\d+)?\.csv$",
    re.IGNORECASE,
)
_OF_OTHERS: dict[str, str] = {
    "conversation id": "messages: other people wrote half of them, and none is meant for readers",
    "first name,last name,url": "your contacts",
    "first name,last name,email": "your contacts",
    "from,to,sent at,message": "invitations",
}
_PARTS = re.compile(r'"\n"')
_DATED_NAME = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d[:_]\d\d[:_]\d\d))?(?:\.\d+)?-")
_HEADER = 4096
_NO_POSTS = {
    True: "This archive has no posts in it: LinkedIn leaves Shares.csv out where nobody posted.",
    False: (
        "This is LinkedIn's basic archive, without your posts. In Settings, Data privacy, Get a "
        "copy of your data, choose the larger archive, which comes within a day."
    ),
}


def is_archive(archive: Archive) -> bool:
    """Tells whether these are the files of a LinkedIn archive."""
    signs = {member.base.lower() for member in archive.members if _SIGN.search(member.name)}
    return len(signs) > 1 or bool(_posts(archive)) or any(map(_is_article, archive.members))


def file_kind(name: str, sample: str) -> str | None:
    """Returns which of COLUMNS a single file is, by its header or else by its name."""
    header = next((line for line in sample.splitlines() if line.strip()), "")
    names = [cell.strip(' "\ufeff').lower() for cell in re.split("[,;\t]", header)]
    for kind, columns in COLUMNS.items():
        if names[:3] == list(columns[:3]):
            return kind
    match = _ROWS.fullmatch(name)
    return match and match.group(1).title().replace("_media", "_Media")


def read(archive: Archive, *, refuse: frozenset[str] = frozenset()) -> Found:
    """Yields the posts, comments, articles and descriptions of pictures of an archive."""
    for member, kind in _posts(archive):
        yield from from_member(archive, member, partial(read_rows, kind=kind, refuse=refuse))
    yield from from_pages(
        archive, _ARTICLE, lambda member, page: read_article(member.base, page, refuse=refuse)
    )
    if not any(kind == "Shares" for _, kind in _posts(archive)):
        complete = any(_COMPLETE.search(member.name) for member in archive.members)
        yield Refusal(1, "no-posts", _NO_POSTS[complete], "")


def is_file(name: str, sample: str) -> bool:
    """Tells whether a single file is one of COLUMNS, or one that holds what others wrote."""
    return file_kind(name, sample) is not None or _of_others(sample) is not None


def read_file(name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()) -> Found:
    """Yields what one of the files by itself holds."""
    start = source.read(_HEADER)
    source.seek(0)
    sample = in_any_encoding(start)
    if kind := file_kind(name, sample):
        yield from read_rows(name, source, kind, refuse=refuse)
    elif others := _of_others(sample):
        reason = f"{name} holds {others}. It was not read; your posts are in Shares.csv."
        yield Refusal(1, "not-own", reason, "")


def _of_others(sample: str) -> str | None:
    """Returns what a file holds that is not the person's to train on, or None."""
    lines = [line.replace('"', "").replace(", ", ",").lower() for line in sample.splitlines()[:6]]
    return next(
        (what for start, what in _OF_OTHERS.items() if any(ln.startswith(start) for ln in lines)),
        None,
    )


def read_rows(
    name: str, stream: BinaryIO, kind: str, *, refuse: frozenset[str] = frozenset()
) -> Found:
    """Yields what the rows of Shares, Comments or Rich_Media hold."""
    columns = COLUMNS[kind]
    for row in rows(stream, columns, backslash=kind == "Comments"):
        if isinstance(row, Refusal):
            yield replace(row, reason=f"{name}, row {row.line}: {row.reason}")
        else:
            where = f"{name}, row {row.number}"
            yield _READERS[kind](_mended(row, kind), where, refuse)


def read_article(name: str, page: str, *, refuse: frozenset[str] = frozenset()) -> Candidate:
    """Returns an article; its day is in the page's own line or, in older archives, in its name."""
    tree = parse(page)
    heading = tree.first("h1")
    title = tree.first("title")
    named = heading or title
    link = heading.first("a") if heading else None
    published = tree.first("p", "published") or tree.first("p", "created")
    dated = _DATED_NAME.match(name)
    moment = utc(re.sub(r"^\D*", "", text_of(published))) if published else None
    if moment is None and dated:
        moment = utc(" ".join(part.replace("_", ":") for part in dated.groups() if part))
    words = _without_heading(tree.first("body") or tree, heading)
    return make(
        text_of(words, skip=frozenset({"created", "published"})),
        where=name,
        kind="linkedin-article",
        refuse=refuse,
        written_on=moment,
        title=text_of(named) if named else "",
        url=link.attributes.get("href", "") if link else "",
    )


def _without_heading(words: Element, heading: Element | None) -> Element:
    for element in words.walk():
        element.children = [child for child in element.children if child is not heading]
    return words


def _posts(archive: Archive) -> list[tuple[Member, str]]:
    """The files of rows: the exact names, or those with the member's number where there is none."""
    found: dict[str, dict[bool, list[Member]]] = {kind: {True: [], False: []} for kind in COLUMNS}
    for member in archive.members:
        if match := _ROWS.fullmatch(member.base):
            kind = next(kind for kind in COLUMNS if kind.lower() == match.group(1).lower())
            found[kind][match.group(2) is None].append(member)
    return [
        (member, kind)
        for kind, by_name in found.items()
        for member in by_name[True] or by_name[False]
    ]


def _is_article(member: Member) -> bool:
    return bool(_ARTICLE.search(member.name))


def _mended(row: Row, kind: str) -> dict[str, str]:
    """The row by its columns; one comma too many is a comma in the text, which comes last or third.

    A link, a picture or a visibility that the text has pushed to the right finds its place again.
    """
    extra = len(row.cells) - len(row.named)
    text = COLUMNS[kind][1 if kind == "Rich_Media" else 2]
    names = list(row.named)
    if extra <= 0 or text not in names:
        return row.named
    at = names.index(text)
    joined = ",".join(row.cells[at : at + extra + 1])
    cells = [*row.cells[:at], joined, *row.cells[at + extra + 1 :]]
    return dict(zip(names, cells, strict=True))


def _lines(text: str) -> str:
    """A post's text without the quotes that LinkedIn's export puts around each of its lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    breaks = text.count("\n")
    return _PARTS.sub("\n", text) if breaks and len(_PARTS.findall(text)) == breaks else text


def _share(row: dict[str, str], where: str, refuse: frozenset[str]) -> Candidate:
    text = _lines(row.get("sharecommentary", ""))
    left_out = None
    if not text.strip():
        left_out = "no-text" if row.get("mediaurl", "").strip() else "reshare"
    return make(
        text,
        where=where,
        kind="linkedin-post",
        refuse=refuse,
        written_on=utc(row.get("date", "")),
        url=unquote(row.get("sharelink", "").strip()),
        left_out=left_out,
        shares_link=bool(row.get("sharedurl", "").strip()),
    )


def _comment(row: dict[str, str], where: str, refuse: frozenset[str]) -> Candidate:
    return make(
        _lines(row.get("message", "")),
        where=where,
        kind="linkedin-comment",
        refuse=refuse,
        written_on=utc(row.get("date", "")),
        url=unquote(row.get("link", "").strip()),
        fewest=FEWEST_IN_COMMENT,
    )


def _media(row: dict[str, str], where: str, refuse: frozenset[str]) -> Candidate:
    text = row.get("media description", "").strip()
    return make(
        "" if text == "-" else text,
        where=where,
        kind="linkedin-media",
        refuse=refuse,
        written_on=utc(row.get("date/time", "")),
        left_out="no-text" if text in ("", "-") else None,
    )


_READERS = {"Shares": _share, "Comments": _comment, "Rich_Media": _media}
