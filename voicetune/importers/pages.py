"""HTML as archives hold it: a tree to look things up in, and its words as plain text.

Python's own html.parser takes minutes on some small hostile pages, so pages are cut into tags here
by a scanner that looks at each character once.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "noscript"})
_CODE = frozenset({"script", "style"})
_UNREAD = frozenset(
    {"script", "style", "head", "title", "noscript", "template", "svg", "iframe", "object", "img"}
    | {"audio", "video", "button", "form", "figcaption", "textarea", "select", "nav"}
)
_PARAGRAPH = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "table", "section"}
    | {"article", "header", "footer", "figure", "hr", "dl", "main", "aside"}
)
_LINE = frozenset({"div", "li", "tr", "dt", "dd"})
_NEAR = 20
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9:-]*")
_STOP = re.compile(r"[>\"']")
_ATTRIBUTE = re.compile(
    r"([^\s\"'<>/=]+)(?:\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?"
)
_BLANKS = re.compile(r"[ \t\n\r\f\xa0]+")


@dataclass(slots=True)
class Element:
    """An element of a page with its attributes; children are elements and decoded text."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def walk(self) -> "Iterator[Element]":
        """Yields this element and all below it, in the order of the page."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += [c for c in reversed(element.children) if isinstance(c, Element)]

    def first(self, tag: str = "", of_class: str = "") -> "Element | None":
        """Returns the first element below with this tag and this class, or None."""
        return next(
            (
                element
                for element in self.walk()
                if element is not self
                and (not tag or element.tag == tag)
                and (not of_class or of_class in element.classes)
            ),
            None,
        )


def parse(page: str) -> Element:
    """Returns the tree of a page; whatever stands in it, nothing is raised."""
    root = Element("")
    path = [root]
    opened: Counter[str] = Counter()
    for closing, tag, content in _pieces(page):
        if not tag:
            path[-1].children.append(html.unescape(content))
        elif closing:
            if opened[tag]:
                while True:
                    left = path.pop().tag
                    opened[left] -= 1
                    if left == tag:
                        break
        else:
            if tag == "li":
                _close_item(path, opened)
            element = Element(tag, _attributes(content))
            path[-1].children.append(element)
            if tag not in _VOID and not content.endswith("/"):
                path.append(element)
                opened[tag] += 1
    return root


def _close_item(path: list[Element], opened: Counter[str]) -> None:
    """Ends the list item that a new one begins in, as pages leave out </li>."""
    for place, element in enumerate(reversed(path[-_NEAR:]), start=1):
        if element.tag in ("ul", "ol"):
            return
        if element.tag == "li":
            opened.subtract(left.tag for left in path[-place:])
            del path[-place:]
            return


def _attributes(text: str) -> dict[str, str]:
    if "=" not in text:
        return {}
    return {
        name.lower(): html.unescape(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(text[:20_000])
    }


def _pieces(page: str) -> Iterator[tuple[bool, str, str]]:
    """Yields (False, "", text), (False, tag, attributes) and (True, tag, "")."""
    at = 0
    unclosed: set[str] = set()
    while at < len(page):
        start = page.find("<", at)
        if start < 0:
            yield False, "", page[at:]
            return
        if start > at:
            yield False, "", page[at:start]
        at = start
        if page.startswith("<!--", at):
            at = _after(page, "-->", at + 2)
            continue
        if page.startswith("<![CDATA[", at):
            end = page.find("]]>", at)
            yield False, "", html.escape(page[at + 9 : end if end >= 0 else len(page)])
            at = end + 3 if end >= 0 else len(page)
            continue
        if page.startswith(("<!", "<?"), at):
            at = _after(page, ">", at)
            continue
        closing = page.startswith("</", at)
        name = _NAME.match(page, at + 1 + closing)
        if not name:
            yield False, "", "<"
            at += 1
            continue
        tag = name.group().lower()
        end = _tag_end(page, name.end())
        if end < 0:  # the page breaks off inside a tag, or a quote in it never closes
            yield False, "", re.sub(r"<[^<>]{0,2000}>", " ", page[at:])
            return
        attributes = "" if closing else page[name.end() : end]
        at = end + 1
        if closing or tag not in _RAW or attributes.endswith("/"):
            yield closing, tag, attributes
        elif tag not in unclosed:
            finish = re.compile(rf"</{tag}\b", re.IGNORECASE).search(page, at)
            if finish:
                yield False, tag, attributes
                yield False, "", page[at : finish.start()]
                at = finish.start()
            elif tag in _CODE:
                return
            else:  # it never closes: what follows is the page itself
                unclosed.add(tag)


def _after(page: str, mark: str, start: int) -> int:
    end = page.find(mark, start)
    return end + len(mark) if end >= 0 else len(page)


def _tag_end(page: str, at: int) -> int:
    """The place of the > that ends a tag, over quoted attributes; -1 where there is none."""
    while stop := _STOP.search(page, at):
        if stop.group() == ">":
            return stop.start()
        close = page.find(stop.group(), stop.end())
        if close < 0:
            return page.find(">", stop.end())
        at = close + 1
    return -1


class _Kept(str):
    """Text whose blanks are kept, as in <pre>."""

    __slots__ = ()


def text_of(element: Element, *, skip: frozenset[str] = frozenset()) -> str:
    """Returns the words below an element: paragraphs apart, list items marked, markup gone.

    `skip` are classes whose elements are no words of the author: buttons, captions, forms.
    """
    out: list[str] = []
    gap = 0
    waiting = list(reversed(_laid_out(element)))
    while waiting:
        item = waiting.pop()
        if isinstance(item, int):
            gap = max(gap, item)
        elif isinstance(item, str):
            words = item if isinstance(item, _Kept) else _BLANKS.sub(" ", item)
            if gap or not out:
                words = words.lstrip("\n") if isinstance(item, _Kept) else words.lstrip()
            elif not isinstance(item, _Kept) and out[-1].endswith(" "):
                words = words.lstrip(" ")
            if not words:
                continue
            if gap and out:
                out.append("\n" * gap)
            gap = 0
            out.append(words)
        elif item.tag == "br":
            gap = min(2, gap + 1)
        elif item.tag not in _UNREAD and not (skip and skip.intersection(item.classes)):
            waiting += reversed(_laid_out(item))
    return "\n".join(line.rstrip() for line in "".join(out).split("\n")).strip()


def _laid_out(element: Element) -> list[Element | str | int]:
    """An element's children with the gaps around them."""
    inside: list[Element | str | int] = list(element.children)
    if element.tag in ("ul", "ol"):
        inside = []
        number = 0
        for child in element.children:
            if isinstance(child, Element) and child.tag == "li":
                number += 1
                mark = f"{number}. " if element.tag == "ol" else "- "
                inside += [1, mark, _in_line(child), 1]
            else:
                inside.append(child)
    elif element.tag == "pre":
        inside = [_Kept(child) if isinstance(child, str) else child for child in inside]
    elif element.tag in ("td", "th"):
        inside.append(_Kept("\t"))
    gap = 2 if element.tag in _PARAGRAPH else 1 if element.tag in _LINE else 0
    return [gap, *inside, gap] if gap else inside


def _in_line(item: Element) -> Element:
    """A list item without the gap that a paragraph at its start would put after the mark."""
    children = list(item.children)
    while children and isinstance(children[0], str) and not children[0].strip():
        children.pop(0)
    if children and isinstance(children[0], Element) and children[0].tag in ("p", "div"):
        children[:1] = children[0].children
    return Element("span", {}, children)
