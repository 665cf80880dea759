"""A folder of documents in a ZIP archive: Markdown, plain text, Word and PDF files together."""

import io
import re
from collections.abc import Iterator

from voicetune.examples.intake import Refusal
from voicetune.importers import docx, markdown, pdf, plain_text, web_page
from voicetune.importers.archive import Archive, ArchiveError, MemberError, walk
from voicetune.importers.candidate import Candidate

_DOCUMENT = re.compile(
    r"\.(?:md|markdown|mdown|mkd|mdx|txt|text|docx|pdf|html?|xhtml)$", re.IGNORECASE
)
_LARGEST = 2**26
_READERS = {".docx": None, ".pdf": pdf, ".txt": plain_text, ".text": plain_text}
_PAGES = (".html", ".htm", ".xhtml")


def is_archive(archive: Archive) -> bool:
    """Tells whether there are documents in the archive."""
    names = [member.name for member in archive.members]
    return any(map(_DOCUMENT.search, names)) and not any(n.endswith(".jsonl") for n in names)


def read(
    archive: Archive, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the texts of every document in the archive."""
    for member in walk(archive, _DOCUMENT):
        try:
            source = io.BytesIO(archive.read(member, _LARGEST))
            suffix = member.base[member.base.rfind(".") :].lower()
            if suffix == ".docx":
                yield from docx.read(Archive(source, member.name, archive), refuse=refuse)
            else:
                module = web_page if suffix in _PAGES else _READERS.get(suffix) or markdown
                yield from module.read_file(member.name, source, refuse=refuse)
        except MemberError as error:
            yield Refusal(1, "member", str(error), member.name)
        except ArchiveError as error:
            archive.count(0)  # where it is the whole that became too much, that ends here
            yield Refusal(1, "member", f"{member.name}: {error}", member.name)
