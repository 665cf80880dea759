"""Fuzz target: no bytes make an importer raise anything but ArchiveError, or hang.

    pip install atheris
    python -m benchmarks.fuzz_importers -max_len=4096 -max_total_time=600 -timeout=10 corpus/

The first byte of an input chooses a name and whether the rest is the file itself or the members of
a ZIP archive, which a fuzzer would take long to make by chance. With `--seeds corpus/` as the only
arguments it writes a small real-shaped file of each kind to start from.
"""

import contextlib
import io
import sys
import zipfile
from pathlib import Path

from voicetune.importers.archive import ArchiveError
from voicetune.importers.recognition import read
from voicetune.importers.to_examples import chosen, to_examples

FILES: dict[str, bytes] = {
    "Shares.csv": (
        b"Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
        b'2024-03-01 09:30:00,https://l/urn%3Ali%3Ashare%3A1,"One ""day"""\n""two""\n""3",,,X\n'
    ),
    "Comments.csv": b'Date,Link,Message\n2024-03-01 09:30:00,https://l,"A \\"word\\" of mine"\n',
    "Rich_Media.csv": (
        b"Date/Time,Media Description,Media Link\n"
        b'"You uploaded a feed photo on April 12, 2026 at 8:03 AM (GMT)",Words of mine,l\n'
    ),
    "Articles/Articles/a.html": b"<title>T</title><h1><a href='l'>T</a></h1><p>Words &amp; more",
    "data/tweets.js": (
        b'window.YTD.tweets.part0 = [{"tweet":{"id_str":"1","full_text":"a &amp; b",'
        b'"created_at":"Wed Oct 10 20:19:24 +0000 2018","in_reply_to_status_id_str":"2"}}]'
    ),
    "outbox.json": (
        b'{"type":"OrderedCollection","orderedItems":[{"type":"Create","object":{"id":"1",'
        b'"content":"<p>Words</p>","published":"2023-01-01T00:00:00Z"}}]}'
    ),
    "content/posts_1.json": b'[{"media":[{"title":"Words","creation_timestamp":1}]}]',
    "bluesky.json": b'[{"$type":"app.bsky.feed.post","text":"a","createdAt":"2024-01-01"}]',
    "conversations.json": (
        b'[{"create_time":1,"current_node":"a","mapping":{"a":{"message":{"author":{"role":"user"},'
        b'"content":{"parts":["Words"]}},"parent":"b"}}}]'
    ),
    "texts.jsonl": b'{"text": "Five words of a text", "date": "2024-01-01"}\n',
    "posts.csv": b"post_id,post_date,is_published,title\n1.a,2024-01-01,true,A\n",
    "posts/1.a.html": b"<p>Words</p><ul><li>One</ul>",
    "posts/2024-01-01_a-0a1b2c.html": b"<section class='e-content'><p>Words</p></section>",
    "export.xml": (
        b'<rss xmlns:wp="http://wordpress.org/export/1.2/"><item><title>T</title>'
        b"<encoded>Words</encoded></item></rss>"
    ),
    "note.md": b"---\ntitle: T\n---\n# T\nWords [of](l) mine ![p](p)\n",
    "note.txt": b"Words\n---\nof mine\n",
    "word/document.xml": b"<d xmlns:w='w'><w:p><w:r><w:t>Words</w:t></w:r></w:p></d>",
    "xl/workbook.xml": b"<w><sheet id='1'/></w>",
    "xl/worksheets/sheet1.xml": (
        b"<w><row r='1'><c r='A1' t='inlineStr'><is><t>Text</t></is></c></row></w>"
    ),
    "page.pdf": b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>",
    "repository.car": b"\x11\xa2eroots\x80gversion\x01" + bytes([37]) + b"\x01\x71\x12\x00\xa1atx",
    "any.zip": b"PK\x03\x04",
}
"""Names that an importer looks at, each with a small file of that shape."""

_NAMES = list(FILES)
_CUT = b"\0\0\0"


def one_input(data: bytes) -> None:
    """Imports one input; whatever is raised but ArchiveError is a fault found."""
    if not data:
        return
    name = _NAMES[data[0] % len(_NAMES)]
    source = io.BytesIO(data[1:])
    if data[0] >= 128:
        source = io.BytesIO()
        with zipfile.ZipFile(source, "w") as archive:
            for place, content in enumerate(data[1:].split(_CUT)[:4]):
                member = _NAMES[(data[0] + place) % len(_NAMES)]
                archive.writestr(member, content)
        name = "any.zip"
    with contextlib.suppress(ArchiveError):
        to_examples(chosen(read(name, source).candidates))


def write_seeds(folder: Path) -> None:
    """Writes each of FILES as an input, by itself and as the member of an archive."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, content in enumerate(FILES.values()):
        (folder / f"file-{place}").write_bytes(bytes([place]) + content)
        member = 128 + (place - 128) % len(_NAMES)
        (folder / f"member-{place}").write_bytes(bytes([member]) + content)


def main() -> None:
    """Writes seeds, or fuzzes until it is stopped."""
    if sys.argv[1:2] == ["--seeds"]:
        write_seeds(Path(sys.argv[2]))
        return
    import atheris

    atheris.instrument_all()
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
