"""Words of a site's buttons and counters that were copied together with a post."""

import re

_SEE_MORE = re.compile(
    r"\s{0,20}(?:…|\.\.\.)[ \u00a0]?(?:[Ss]ee [Mm]ore|Show [Mm]ore|Read [Mm]ore|mehr anzeigen|"
    r"mehr ansehen|voir plus|[Aa]fficher la suite|ver más|ver mais|mostra altro|meer weergeven)"
    r"[ \t]*$|(?:…|\.\.\.)(?:more|mehr|plus|altro|más|mais|meer)[ \t]*$",
    re.MULTILINE,
)
_HASHTAG = re.compile(r"(?<!\w)hashtag\n?(?=#\w)", re.IGNORECASE)
# A line that nobody writes: it goes wherever it stands at the start or the end of a text.
_CERTAIN = re.compile(
    r"feed post number \d+|activate to view larger image,?.*|view .{1,60}[’']s? (?:full )?profile|"
    r".{0,60}• ?(?:1st|2nd|3rd\+?|following|you)|"
    r"\d+ ?(?:s|m|min|h|hr|d|w|mo|yr|y) ?•(?: ?edited ?•?)?(?: ?visible to .{1,60})?|"
    r"[\d,.]+k? (?:impressions|reposts?|comments?|reactions?)(?: ?[•·] ?[\d,.]+k? \w+)*|"
    r"view analytics|like ?comment ?(?:repost|share) ?send|like reply|show this thread|"
    r"translate (?:post|tweet|bio)|see translation|show translation|add a comment…?|"
    r"(?:\d[\d,.]* )?(?:likes? )?[\d,.]+k? (?:views|retweets|quote tweets|bookmarks)",
    re.IGNORECASE,
)
# A line that a person may have written: it goes only together with another of either kind.
_POSSIBLE = re.compile(
    r"like|comment|repost|share|send|reply|follow|following|edited|promoted|boost|save|"
    r"visibility|copy link|most relevant|see (?:more|less)|show (?:more|less)|[\d,.]+k?",
    re.IGNORECASE,
)


def without_see_more(text: str) -> tuple[str, int]:
    """Returns the text without "…see more" at the ends of lines, and how often it stood there."""
    return _SEE_MORE.subn("", text) if "…" in text or "..." in text else (text, 0)


def without_interface(text: str) -> tuple[str, int]:
    """Returns the text without lines of a site's own interface, and how many there were.

    Only lines at the start and at the end go; "hashtag" before #word, which copying from LinkedIn
    leaves, goes anywhere.
    """
    text, tags = _HASHTAG.subn("", text) if "#" in text else (text, 0)
    lines = text.split("\n")
    end = len(lines) - _leading(lines[::-1])
    start = _leading(lines[:end])
    gone = sum(bool(line.strip()) for line in [*lines[:start], *lines[end:]])
    if not gone:
        return text, tags
    return "\n".join(lines[start:end]), tags + gone


def _leading(lines: list[str]) -> int:
    """How many lines at the start are interface: at least one that is certain among them."""
    found = certain = count = 0
    for number, line in enumerate(lines, start=1):
        words = line.strip()
        if not words:
            continue
        if len(words) <= 200 and _CERTAIN.fullmatch(words):
            certain += 1
        elif not _POSSIBLE.fullmatch(words):
            break
        count += 1
        if certain or count >= 3:
            found = number
    return found if certain or count >= 3 else 0
