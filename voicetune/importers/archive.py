"""ZIP archives that nobody vouches for, read member by member, without unpacking to the disk.

Refused as a whole: names that lead out of the folder, symbolic links, overlapping members, more
than MEMBERS names, members that unpack to far more than they hold (zip bombs). An archive inside
the archive, an encrypted or a damaged member costs only itself.
"""

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO

MEMBERS = 200_000
"""Names an archive may have: accounts with much media come to tens of thousands."""

UNPACKED = 4 * 2**30
"""Bytes that may be read out of one archive, all members together."""

LARGEST = 2**30
"""Bytes that one member may unpack to."""

RATIO = 200
"""Times its packed size that a member above RATIO_FROM may unpack to; text comes to 3 to 30."""

RATIO_FROM = 2**22

_LEADS_OUT = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\x00")
_ARCHIVE = re.compile(r"\.(?:zip|7z|rar|tar|tgz|gz|bz2|xz|zst|jar)$", re.IGNORECASE)
_SYSTEM = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)")
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_NAME_BYTES = 46
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    IndexError,
    OverflowError,
)


class ArchiveError(Exception):
    """An archive that is not read any further; the message is a sentence for a person."""


class MemberError(ArchiveError):
    """One member cannot be read; the others can."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its full name with forward slashes, and its size unpacked."""

    name: str
    size: int

    @property
    def base(self) -> str:
        """The name without folders."""
        return self.name.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The innermost folder's name, or an empty text."""
        return self.name.rpartition("/")[0].rpartition("/")[2]


class Archive:
    """The readable members of a ZIP archive.

    `members` are in the order of the archive, without folders and what operating systems add.
    `passed_over` has (name, reason) of those that are not opened.
    """

    def __init__(self, source: BinaryIO, name: str = "", outer: "Archive | None" = None) -> None:
        """Reads the list of names; ArchiveError where it is not to be trusted, or no ZIP.

        `name` is what the archive itself is called; where it was a member of another (a document
        in a folder of documents), `outer` is that, and its limits count for both.
        """
        self.name = name
        self._outer = outer
        if _size_of_list(source) > MEMBERS * _NAME_BYTES * 4:
            raise ArchiveError(f"This archive lists more than {MEMBERS:,} files. It was not read.")
        source.seek(0)
        try:
            self._zip = zipfile.ZipFile(source)
        except _FAULTS:
            raise ArchiveError(
                "This archive is damaged or cut off. Download it again, and drop the new one."
            ) from None
        self.passed_over: list[tuple[str, str]] = []
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._unpacked = 0
        everything = self._zip.infolist()
        if len(everything) > MEMBERS:
            raise ArchiveError(f"This archive lists more than {MEMBERS:,} files. It was not read.")
        _refuse_overlaps(everything)
        for info in everything:
            self._take(info)

    def _take(self, info: zipfile.ZipInfo) -> None:
        name = _name_of(info)
        if _LEADS_OUT.search(name):
            raise ArchiveError(
                f"A file in this archive is named to land outside its folder ({name[:80]!r}). No "
                "real export does that, so nothing was read."
            )
        if stat.S_ISLNK(info.external_attr >> 16):
            raise ArchiveError(
                f"This archive holds a link to another place ({name[:80]!r}). No real export does "
                "that, so nothing was read."
            )
        name = name.replace("\\", "/")
        if name.endswith("/") or _SYSTEM.search(name):
            return
        if _ARCHIVE.search(name):
            reason = "It is an archive inside the archive. Unpack it and drop it by itself."
            self.passed_over.append((name, reason))
            return
        if name in self._infos:
            reason = "It stands in the archive twice. The later one was read."
            self.passed_over.append((name, reason))
        self._infos[name] = info

    @property
    def members(self) -> list[Member]:
        return [Member(name, info.file_size) for name, info in self._infos.items()]

    def open(self, member: Member) -> BinaryIO:
        """Returns the member's bytes as a stream, which raises MemberError where it is damaged.

        ArchiveError, from here or from the stream, where the archive unpacks to too much.
        """
        info = self._infos[member.name]
        if info.flag_bits & 0x1:
            raise MemberError(
                f"{member.name} is locked with a password. Unpack the archive with it, and drop "
                "the files."
            )
        try:
            stream = self._zip.open(info)
        except _FAULTS:
            raise MemberError(f"{member.name} is damaged and cannot be read.") from None
        return io.BufferedReader(_Guarded(self, stream, member.name, info.compress_size), 2**16)

    def read(self, member: Member, most: int = 2**26) -> bytes:
        """Returns all bytes of a member of at most `most`; MemberError above that."""
        with self.open(member) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise MemberError(
                f"{member.name} is larger than {most // 2**20} MB: too large to read."
            )
        return data

    def count(self, more: int) -> None:
        """Adds to the bytes read so far; ArchiveError where they become too many."""
        self._unpacked += more
        if self._outer:
            self._outer.count(more)
        if self._unpacked > UNPACKED:
            raise ArchiveError(
                f"This archive unpacks to more than {UNPACKED // 2**30} GB. It was not read."
            )


class _Guarded(io.RawIOBase):
    """A member's bytes, counted against the limits while they are unpacked."""

    def __init__(self, archive: Archive, stream: IO[bytes], name: str, packed: int) -> None:
        self._archive = archive
        self._stream = stream
        self._name = name
        self._most = min(LARGEST, max(RATIO_FROM, packed * RATIO))
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except _FAULTS:
            raise MemberError(f"{self._name} is damaged and cannot be read to its end.") from None
        self._count += len(data)
        if self._count > self._most:
            raise ArchiveError(
                f"{self._name} unpacks to far more than it holds, as archives do that are made to "
                "fill up a computer. Reading stopped there."
            )
        self._archive.count(len(data))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def is_zip(source: BinaryIO) -> bool:
    """Tells whether the file begins as a ZIP archive does."""
    source.seek(0)
    start = source.read(4)
    source.seek(0)
    return start in (b"PK\x03\x04", b"PK\x05\x06")


def walk(archive: Archive, name: re.Pattern[str]) -> Iterator[Member]:
    """Yields the members whose full name the pattern matches, in the order of their names."""
    found = (member for member in archive.members if name.search(member.name))
    yield from sorted(found, key=lambda member: _in_order(member.name))


def _in_order(name: str) -> list[tuple[int, str]]:
    """Orders part2 before part10."""
    return [
        (int(piece), "") if piece.isdigit() else (0, piece)
        for piece in re.split(r"([0-9]{1,18})", name)
    ]


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name in UTF-8, also where a program wrote it so without the mark that says it."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.orig_filename


def _size_of_list(source: BinaryIO) -> int:
    """How many bytes the list of names takes, before anything reads it into memory."""
    length = source.seek(0, io.SEEK_END)
    start = max(0, length - 2**16 - 22)
    source.seek(start)
    tail = source.read()
    at = tail.rfind(_END, 0, max(0, len(tail) - 18))
    if at < 0:
        return 0
    size: int = struct.unpack_from("<L", tail, at + 12)[0]
    locator = at - 20
    if locator >= 0 and tail[locator : locator + 4] == _END_64:
        source.seek(min(struct.unpack_from("<Q", tail, locator + 8)[0], length))
        record = source.read(56)
        if len(record) == 56:
            size = struct.unpack_from("<Q", record, 40)[0]
    return size


def _refuse_overlaps(infos: list[zipfile.ZipInfo]) -> None:
    """Members that share their packed bytes are how a small bomb unpacks to terabytes."""
    end = -1
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise ArchiveError(
                "Files in this archive share the same bytes, as in archives that are made to fill "
                "up a computer. It was not read."
            )
        end = info.header_offset + info.compress_size
