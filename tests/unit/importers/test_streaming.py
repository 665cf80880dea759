"""No importer of large files reads far ahead of what it gives: memory does not grow with a file."""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.unit.importers.linkedin_files import comment, comments, share, shares
from tests.unit.importers.test_blogs import WXR, item
from voicetune.importers.archive import Archive
from voicetune.importers.candidate import Candidate
from voicetune.importers.recognition import pieces

WORDS = "A post of mine about hiring people slowly, number {}. " + "It goes on for a while. " * 20
ROWS = 3200
AHEAD = 2**19
"""Bytes that a reader may be ahead: some chunks, and the sample by which a file is recognised."""


def posts() -> Iterator[str]:
    return (WORDS.format(number) for number in range(ROWS))


def linkedin() -> str:
    return shares(*(share(text, number=n) for n, text in enumerate(posts())))


def answers() -> str:
    return comments(*map(comment, posts()))


def lines() -> str:
    return "".join(json.dumps({"text": text, "date": "2024-01-01"}) + "\n" for text in posts())


def chats() -> str:
    def chat(text: str) -> dict[str, object]:
        message = {"author": {"role": "user"}, "content": {"parts": [text]}, "create_time": 1}
        return {"current_node": "a", "mapping": {"a": {"message": message, "parent": None}}}

    return json.dumps([chat(text) for text in posts()])


def blog() -> str:
    return WXR.replace("{items}", "".join(item(f"<p>{text}</p>") for text in posts()))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Shares.csv", linkedin),
        ("Comments.csv", answers),
        ("texts.jsonl", lines),
        ("conversations.json", chats),
        ("blog.xml", blog),
    ],
)
def test_texts_come_while_the_file_is_still_being_read(
    name: str, content: Callable[[], str]
) -> None:
    data = content().encode()
    source = io.BytesIO(data)
    seen = 0
    for number, piece in enumerate(pieces(name, source), start=1):
        assert isinstance(piece, Candidate)
        seen += len(piece.text.encode())
        if number % 500 == 1:
            # What surrounds the texts in the file is at most as long as they are.
            assert source.tell() <= 2 * seen + AHEAD
    assert number == ROWS
    assert len(data) > 3 * AHEAD


class Watched(io.BytesIO):
    """An archive's bytes that know how far they were read; the names at its end do not count."""

    furthest = 0
    listed = False

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        if self.listed:
            self.furthest = max(self.furthest, self.tell())
        return data


def archived(members: Iterable[tuple[str, str]]) -> Watched:
    target = Watched()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    target.seek(0)
    return target


@pytest.mark.parametrize(
    ("members", "most"),
    [
        ([("Shares.csv", linkedin()), ("Profile.csv", "First Name\nMaya\n")], AHEAD),
        ([(f"notes/{n:04}.md", text) for n, text in enumerate(posts())], AHEAD),
    ],
)
def test_a_member_is_unpacked_as_it_is_read(
    members: list[tuple[str, str]], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = archived(members)
    opened = Archive.open

    def watched(archive: Archive, member: object) -> object:
        source.listed = True
        return opened(archive, member)  # type: ignore[arg-type]

    monkeypatch.setattr(Archive, "open", watched)
    found = pieces("any.zip", source)
    assert isinstance(next(found), Candidate)
    assert 0 < source.furthest <= most
    assert source.getbuffer().nbytes > 3 * most
    assert sum(1 for _ in found) == ROWS - 1
