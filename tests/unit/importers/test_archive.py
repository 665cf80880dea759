"""Archives that nobody vouches for: what is read and what is refused, with a sentence."""

import contextlib
import io
import re
import stat
import struct
import warnings
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.importers.zips import zipped
from voicetune.importers import archive as archives
from voicetune.importers.archive import Archive, ArchiveError, MemberError, walk


def only(archive: Archive) -> archives.Member:
    (member,) = archive.members
    return member


def test_members_are_named_sized_and_read():
    archive = Archive(zipped({"a/Shares.csv": "x" * 10, "a/": "", "b.txt": "é"}))
    assert [(m.name, m.base, m.folder, m.size) for m in archive.members] == [
        ("a/Shares.csv", "Shares.csv", "a", 10),
        ("b.txt", "b.txt", "", 2),
    ]
    assert archive.read(archive.members[1]).decode() == "é"


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_usual_packing_is_read(method: int):
    archive = Archive(zipped({"a": "words " * 500}, method))
    assert archive.read(only(archive)) == b"words " * 500


def test_what_operating_systems_add_is_no_member():
    names = ["__MACOSX/._a.csv", "x/.DS_Store", "x/._a.csv", "Thumbs.db", "a.csv"]
    assert [m.name for m in Archive(zipped(dict.fromkeys(names, "x"))).members] == ["a.csv"]


@pytest.mark.parametrize(
    "name", ["../evil.csv", "a/../../evil.csv", "/etc/passwd", "C:\\evil.csv", "a\\..\\evil.csv"]
)
def test_a_name_that_leads_out_of_the_folder_refuses_the_archive(name: str):
    with pytest.raises(ArchiveError, match="outside its folder"):
        Archive(zipped({"Shares.csv": "x", name: "x"}))


def test_names_with_dots_and_backslashes_are_no_traversal():
    archive = Archive(zipped({"a\\b..c.csv": "x", "...": "y"}))
    assert [member.name for member in archive.members] == ["a/b..c.csv", "..."]


def test_a_symbolic_link_refuses_the_archive():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        info = zipfile.ZipInfo("Shares.csv")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(info, "/etc/passwd")
    with pytest.raises(ArchiveError, match="link to another place"):
        Archive(target)


def test_an_archive_inside_the_archive_is_passed_over_with_the_reason():
    archive = Archive(zipped({"inner.zip": b"PK", "Shares.csv": "x"}))
    assert [member.name for member in archive.members] == ["Shares.csv"]
    ((name, reason),) = archive.passed_over
    assert name == "inner.zip"
    assert "Unpack it" in reason


def test_a_name_that_stands_twice_is_read_once_and_said():
    target = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(target, "w") as made:
        made.writestr("a.csv", "old")
        made.writestr("a.csv", "new")
    archive = Archive(target)
    assert archive.read(only(archive)) == b"new"
    assert "twice" in archive.passed_over[0][1]


def test_a_bomb_stops_while_it_unpacks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "RATIO_FROM", 2**16)
    archive = Archive(zipped({"Shares.csv": bytes(2**22)}))
    with pytest.raises(ArchiveError, match="far more than it holds"):
        archive.read(only(archive))


def test_repetitive_text_is_no_bomb():
    text = "2024-01-01 10:00:00,https://www.linkedin.com/feed/,words\n" * 50_000
    archive = Archive(zipped({"Shares.csv": text}))
    assert archive.read(only(archive)).decode() == text


def test_all_members_together_have_a_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "UNPACKED", 1500)
    archive = Archive(zipped({"a": bytes(1000), "b": bytes(1000)}))
    archive.read(archive.members[0])
    with pytest.raises(ArchiveError, match="unpacks to more than"):
        archive.read(archive.members[1])


def test_too_many_names_refuse_the_archive(monkeypatch: pytest.MonkeyPatch):
    source = zipped({f"{number}.txt": "" for number in range(40)})
    monkeypatch.setattr(archives, "MEMBERS", 39)
    with pytest.raises(ArchiveError, match="more than 39 files"):
        Archive(source)
    monkeypatch.setattr(archives, "MEMBERS", 3)  # told from the list's size, before it is read
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(ArchiveError, match="more than 3 files"):
        Archive(source)


def test_members_that_share_their_bytes_refuse_the_archive():
    data = bytearray(zipped({"a.txt": "x" * 500, "b.txt": "y" * 500}, 0).getvalue())
    second = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, second + 42, 0)  # both names point at the first member's bytes
    with pytest.raises(ArchiveError, match="share the same bytes"):
        Archive(io.BytesIO(data))


def test_a_locked_member_is_named_and_the_others_are_read():
    data = bytearray(zipped({"a.csv": "secret", "b.csv": "open"}).getvalue())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    archive = Archive(io.BytesIO(data))
    with pytest.raises(MemberError, match=r"a\.csv is locked with a password"):
        archive.read(archive.members[0])
    assert archive.read(archive.members[1]) == b"open"


def test_a_damaged_member_is_named_and_the_others_are_read():
    data = bytearray(zipped({"a.csv": "words", "b.csv": "open"}, 0).getvalue())
    data[data.find(b"words")] ^= 1
    archive = Archive(io.BytesIO(data))
    with pytest.raises(MemberError, match=r"a\.csv is damaged"):
        archive.read(archive.members[0])
    assert archive.read(archive.members[1]) == b"open"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06", b"not a zip" * 9])
def test_what_is_no_archive_is_refused_with_a_sentence(data: bytes):
    with pytest.raises(ArchiveError, match="damaged or cut off"):
        Archive(io.BytesIO(data))


def test_names_in_utf8_without_the_mark_are_read():
    data = zipped({"Été.html": "x"}).getvalue()
    data = data.replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00")  # the mark of both headers
    assert only(Archive(io.BytesIO(data))).name == "Été.html"


def test_members_are_walked_in_the_order_of_their_numbers():
    names = ["p/tweets-part10.js", "p/tweets-part2.js", "p/tweets.js", "other.js"]
    archive = Archive(zipped(dict.fromkeys(names, "")))
    found = [m.base for m in walk(archive, re.compile(r"tweets"))]
    assert found == ["tweets-part2.js", "tweets-part10.js", "tweets.js"]


GOOD = zipped({"a/Shares.csv": "some words " * 9, "b.html": "<p>more</p>"}).getvalue()


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6))
def test_no_changed_byte_does_more_than_refuse(changes: list[tuple[int, int]]):
    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    with contextlib.suppress(ArchiveError):
        archive = Archive(io.BytesIO(data))
        for member in archive.members:
            archive.read(member)
