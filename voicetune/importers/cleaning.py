"""What broke on a text's way out of a site, put right; each mend is listed and can be refused."""

import html
import re
from html.entities import html5

from voicetune.examples.characters import HIDDEN, without_hidden
from voicetune.importers.candidate import Mend
from voicetune.importers.interface import without_interface, without_see_more
from voicetune.importers.links import without_tracking
from voicetune.importers.math_letters import plain_letters

MENDS: dict[str, str] = {
    "encoding": "Broken characters put right",
    "entities": "Web codes such as &amp; turned into their characters",
    "math-letters": "Words in mathematical letters turned into plain ones",
    "tracking": "Tracking cut from links",
    "see-more": "“…see more” taken off",
    "interface-text": "Words of buttons and counters taken out",
}
"""All mends in the order in which they are made: code, label."""

_MOST_ROUNDS = 12
_LONGEST = 200_000
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def clean(text: str, *, refuse: frozenset[str] = frozenset()) -> tuple[str, tuple[Mend, ...]]:
    """Returns the text with its mends; cleaning the result again changes nothing.

    `refuse` are codes of MENDS not to make. Line ends become newlines and blanks around the text go
    without being listed.
    """
    counts: dict[str, int] = {}
    saved = 0
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return "", ()
    for _ in range(_MOST_ROUNDS):
        before = text
        for code in MENDS:
            if code in refuse:
                continue
            mended, count = _STEPS[code](text)
            if mended == text:
                continue
            counts[code] = counts.get(code, 0) + max(count, 1)
            if code == "math-letters":
                saved += _saved_tokens(text, mended)
            text = mended.replace("\r", "\n").strip()
        if text == before:
            break
    mends = (
        Mend(code, MENDS[code], counts[code], saved if code == "math-letters" else 0)
        for code in MENDS
        if code in counts
    )
    return text, tuple(mends)


def _saved_tokens(before: str, after: str) -> int:
    from voicetune.cost.tokens import count_text

    return count_text(before) - count_text(after)


def _encoding(text: str) -> tuple[str, int]:
    """Mends text that was read in a wrong encoding, and removes what cannot be seen."""
    mended = without_hidden(text)
    hidden = len(HIDDEN.findall(text)) if mended != text else 0
    if mended.isascii():
        return mended, hidden
    import ftfy

    lines = [
        ftfy.fix_encoding(line) if not line.isascii() and len(line) <= _LONGEST else line
        for line in mended.split("\n")
    ]
    changed = "\n".join(lines)
    return changed, hidden + _words_changed(mended, changed)


def _words_changed(before: str, after: str) -> int:
    if before == after:
        return 0
    old, new = before.split(), after.split()
    if len(old) != len(new):
        return 1
    return sum(a != b for a, b in zip(old, new, strict=True))


def _entities(text: str) -> tuple[str, int]:
    count = 0

    def decoded(match: re.Match[str]) -> str:
        nonlocal count
        code = match.group()
        if code[1] != "#" and code[1:] not in html5:
            return code
        count += 1
        return html.unescape(code)

    return _ENTITY.sub(decoded, text) if "&" in text else text, count


_STEPS = {
    "encoding": _encoding,
    "entities": _entities,
    "math-letters": plain_letters,
    "tracking": without_tracking,
    "see-more": without_see_more,
    "interface-text": without_interface,
}
