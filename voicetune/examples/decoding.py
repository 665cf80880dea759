"""From bytes to text: which encoding it is, or what the file is when it is not text."""

import codecs
import re
from dataclasses import dataclass

_TEXT_CONTROLS = b"\t\n\r\f\x1a\x1b"
_BINARY = bytes(code for code in range(32) if code not in _TEXT_CONTROLS)
_SAMPLE = 65_536

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an older Word or Excel file"),
    (b"{\\rtf", "a rich text file from a word processor"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf", "a compressed folder (7-Zip)"),
    (b"Rar!\x1a", "a compressed folder (RAR)"),
    (b"\xfd7zXZ", "a compressed file (xz)"),
    (b"\x28\xb5\x2f\xfd", "a compressed file (Zstandard)"),
    (b"SQLite format 3\x00", "a database (SQLite)"),
    (b"PAR1", "a Parquet file"),
    (b"ID3", "a sound file (MP3)"),
)
_ZIP_CONTENTS: tuple[tuple[bytes, str], ...] = (
    (b"word/document.xml", "a Word document"),
    (b"xl/workbook", "an Excel workbook"),
    (b"ppt/presentation.xml", "a PowerPoint file"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "a LibreOffice spreadsheet"),
    (b"application/vnd.oasis.opendocument.text", "a LibreOffice document"),
    (b"application/epub", "an e-book (EPUB)"),
)
_ADVICE: tuple[tuple[str, str], ...] = (
    ("Excel", "In Excel choose File, Save as, CSV UTF-8, and drop that file."),
    ("spreadsheet", "Save it as CSV and drop that file."),
    ("Word", "Copy the text and paste it as question and answer pairs."),
    ("ZIP", "Unpack it and drop the file inside."),
    ("compressed", "Unpack it and drop the file inside."),
    ("PDF", "Copy the text and paste it as question and answer pairs."),
    ("picture", "Examples are text: type or paste what it says."),
    ("", "Examples are text: drop a JSONL, CSV or TSV file, or paste the text."),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file.

    `encoding` is "utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252" or, where some lines are UTF-8
    and others are not, "mixed". `guessed` are the lines read as Windows-1252 because they are not
    UTF-8; `broken` are lines with bytes that fit neither, marked by U+FFFD in the text.
    """

    text: str
    encoding: str
    guessed: tuple[int, ...] = ()
    broken: tuple[int, ...] = ()


def name_of_binary(data: bytes) -> str | None:
    """Returns what a file that is not text is ("a PDF"), or None where it is text."""
    for start, name in _STARTS:
        if data.startswith(start):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "a picture (WebP)"
    if data[4:8] == b"ftyp":
        picture = data[8:12] in (b"heic", b"heix", b"mif1", b"avif")
        return "a picture (HEIC or AVIF)" if picture else "a video or sound file (MP4)"
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return next((name for mark, name in _ZIP_CONTENTS if mark in data), "a ZIP archive")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    sample = data[:_SAMPLE]
    strange = len(sample) - len(sample.translate(None, _BINARY))
    if strange * 20 <= len(sample):
        return None
    halves = sample[::2].count(0), sample[1::2].count(0)
    if max(halves) * 5 > len(sample) * 2 and min(halves) * 10 < len(sample):
        return "text in UTF-16 without the mark that says so"
    return "not text (a program, a picture or something else made of raw bytes)"


def advice_for(binary: str) -> str:
    """Returns what a person can do with a file of this name (as `name_of_binary` gave it)."""
    if "UTF-16" in binary:
        return "Open it in a text editor and save it as UTF-8."
    return next(advice for word, advice in _ADVICE if word in binary)


def decode(data: bytes) -> Decoded:
    """Returns the text of `data`; never raises.

    UTF-16 and UTF-32 are taken only with their byte order mark: without one, any even number of
    Latin letters would pass as Chinese. A line that is not UTF-8 is read as Windows-1252 by itself,
    so that one bad line does not spoil the accents and emoji of all others.
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        try:
            return Decoded(data.decode("utf-32"), "utf-32")
        except UnicodeDecodeError:
            pass
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode_utf16(data)
    encoding = "utf-8"
    if data.startswith(codecs.BOM_UTF8):
        encoding, data = "utf-8-sig", data[len(codecs.BOM_UTF8) :]
    try:
        return Decoded(data.decode("utf-8"), encoding)
    except UnicodeDecodeError:
        return _decode_by_line(data, encoding)


def _decode_utf16(data: bytes) -> Decoded:
    try:
        return Decoded(data.decode("utf-16"), "utf-16")
    except UnicodeDecodeError:
        text = data.decode("utf-16", errors="replace")
        lines = re.split("\r\n|\n|\r", text)
        broken = (number for number, line in enumerate(lines, 1) if "\ufffd" in line)
        return Decoded(text, "utf-16", broken=tuple(broken))


def _decode_by_line(data: bytes, encoding: str) -> Decoded:
    pieces: list[str] = []
    guessed: list[int] = []
    broken: list[int] = []
    beyond_ascii = False
    for number, piece in enumerate(re.split(b"(?<=\n)|(?<=\r)(?!\n)", data), start=1):
        try:
            pieces.append(piece.decode("utf-8"))
            beyond_ascii = beyond_ascii or not piece.isascii()
        except UnicodeDecodeError:
            try:
                pieces.append(piece.decode("cp1252"))
                guessed.append(number)
            except UnicodeDecodeError:
                pieces.append(piece.decode("utf-8", errors="replace"))
                broken.append(number)
    if guessed:
        encoding = "mixed" if beyond_ascii else "cp1252"
    return Decoded("".join(pieces), encoding, tuple(guessed), tuple(broken))
