"""Bytes to text: encodings, and naming what is not text."""

import io
import zipfile

import pytest

from voicetune.examples.decoding import decode, name_of_binary

WORDS = "Café 🌱 日本語 שלום e\u0301"


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-32", "utf-32")],
)
def test_unicode_encodings_are_told_by_their_mark(codec: str, name: str):
    decoded = decode(WORDS.encode(codec))
    assert (decoded.text, decoded.encoding) == (WORDS, name)


def test_big_endian_utf16_with_its_mark_is_read():
    assert decode(b"\xfe\xff" + WORDS.encode("utf-16-be")).text == WORDS


def test_older_windows_text_is_read_and_its_lines_named():
    decoded = decode("plain\r\ncafé — “yes”\r\n".encode("cp1252"))
    assert decoded.text == "plain\r\ncafé — “yes”\r\n"
    assert (decoded.encoding, decoded.guessed) == ("cp1252", (2,))


def test_one_line_in_another_encoding_does_not_spoil_the_others():
    decoded = decode("naïve 🌱\n".encode() + "café\n".encode("cp1252") + b"bad \x81\n" + b"end")
    assert decoded.text == "naïve 🌱\ncafé\nbad \ufffd\nend"
    assert (decoded.encoding, decoded.guessed, decoded.broken) == ("mixed", (2,), (3,))


def test_even_latin_text_is_never_taken_for_utf16():
    assert decode("café".encode("cp1252")).text == "café"


def test_utf16_that_breaks_off_marks_the_broken_line():
    decoded = decode("one\ntwo".encode("utf-16")[:-1])
    assert decoded.text.startswith("one\ntw")
    assert decoded.broken == (2,)


def zipped(*names: str) -> bytes:
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return page.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (zipped("word/document.xml"), "Word"),
        (zipped("xl/workbook.xml"), "Excel"),
        (zipped("Shares.csv"), "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Word or Excel"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "picture"),
        (b"\x00\x00\x00\x18ftypheic", "picture"),
        (b"{\\rtf1\\ansi", "rich text"),
        (b"\x1f\x8b\x08", "gzip"),
        (bytes(range(256)), "not text"),
        ("hello".encode("utf-16-le"), "UTF-16"),
    ],
)
def test_files_that_are_not_text_are_named(data: bytes, name: str):
    assert name in (name_of_binary(data) or "")


def test_a_text_with_one_nul_is_still_text():
    assert name_of_binary(b'{"messages": []}' * 10 + b"\x00") is None
