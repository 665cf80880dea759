"""Members of an archive read one after another; a damaged one costs only itself."""

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from voicetune.examples.intake import Refusal
from voicetune.importers.archive import Archive, Member, MemberError, walk
from voicetune.importers.candidate import Candidate
from voicetune.importers.csv_rows import decoded

Pieces = Iterator[Candidate | Refusal]

_LONGEST_PAGE = 2**24


def whole(name: str, source: BinaryIO, most: int) -> bytes | Refusal:
    """Returns all bytes of a document, or a Refusal where there are more than `most`."""
    data = source.read(most + 1)
    if len(data) <= most:
        return data
    return Refusal(1, "too-large", f"{name} is larger than {most // 2**20} MB.", "")


def from_member(
    archive: Archive, member: Member, read: Callable[[str, BinaryIO], Pieces]
) -> Pieces:
    """Yields what `read` finds under a member's name in its stream, and a Refusal where it ends."""
    try:
        with archive.open(member) as stream:
            yield from read(member.base, stream)
    except MemberError as error:
        yield Refusal(1, "member", str(error), member.name)


def from_members(
    archive: Archive, name: re.Pattern[str], read: Callable[[str, BinaryIO], Pieces]
) -> Pieces:
    """Yields what `read` finds in every member whose full name the pattern matches."""
    for member in walk(archive, name):
        yield from from_member(archive, member, read)


def from_pages(
    archive: Archive, name: re.Pattern[str], read: Callable[[Member, str], Candidate]
) -> Pieces:
    """Yields what `read` makes of every page whose full name the pattern matches."""
    for member in walk(archive, name):
        try:
            page = decoded(archive.read(member, _LONGEST_PAGE))
        except MemberError as error:
            yield Refusal(1, "member", str(error), member.name)
        else:
            yield read(member, page)
