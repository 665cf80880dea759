"""A saved web page: an article of LinkedIn's or Medium's export by itself, or any other page."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from voicetune.examples.intake import Refusal
from voicetune.importers import linkedin, medium
from voicetune.importers.candidate import Candidate
from voicetune.importers.csv_rows import in_any_encoding
from voicetune.importers.dates import utc
from voicetune.importers.making import make
from voicetune.importers.members import whole
from voicetune.importers.pages import Element, parse, text_of

_NAME = re.compile(r"\.(?:html?|xhtml)$", re.IGNORECASE)
_MARKUP = re.compile(
    r"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html|head|title|body|article|h1|p|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_PULSE = re.compile(r"linkedin\.com/pulse/", re.IGNORECASE)
_MEDIUM = re.compile(r"class=[\"'][^\"']{0,200}\be-content\b")
_LARGEST = 2**24
_AROUND = frozenset({"sidebar", "comments", "navigation", "menu", "footer", "share", "related"})


def is_file(name: str, sample: str) -> bool:
    """Tells whether this is a web page."""
    return bool(_NAME.search(name)) and bool(_MARKUP.match(sample)) and "\0" not in sample


def read_file(
    name: str, source: BinaryIO, *, refuse: frozenset[str] = frozenset()
) -> Iterator[Candidate | Refusal]:
    """Yields the one text of a page."""
    data = whole(name, source, _LARGEST)
    if isinstance(data, Refusal):
        yield data
        return
    page = in_any_encoding(data)
    if _PULSE.search(page):
        yield linkedin.read_article(name, page, refuse=refuse)
    elif _MEDIUM.search(page):
        yield medium.read_page(name, page, refuse=refuse)
    else:
        yield _any_page(name, page, refuse)


def _any_page(name: str, page: str, refuse: frozenset[str]) -> Candidate:
    tree = parse(page)
    title = tree.first("title") or tree.first("h1")
    moment = tree.first("time")
    body = tree.first("article") or tree.first("main") or tree.first("body") or tree
    return make(
        text_of(_without(body, ("header", "footer", "aside")), skip=_AROUND),
        where=name,
        kind="web-page",
        refuse=refuse,
        written_on=utc(moment.attributes.get("datetime", "")) if moment else None,
        title=text_of(title) if title else "",
    )


def _without(body: Element, tags: tuple[str, ...]) -> Element:
    """The body without the site's own parts around an article."""
    for element in body.walk():
        element.children = [
            child
            for child in element.children
            if not (isinstance(child, Element) and child.tag in tags)
        ]
    return body
