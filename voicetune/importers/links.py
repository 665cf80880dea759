"""Links in a text: finding them, and cutting off what only serves to follow the reader."""

import re

LINK = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|ttclid|twclid|li_fat_id|igshid|igsh|mc_cid|"
    r"mc_eid|mkt_tok|_hsenc|_hsmi|vero_id|oly_anon_id|oly_enc_id|ref_src|ref_url|trackingid|lipi|"
    r"midtoken|midsig|trkemail|otptoken",
    re.IGNORECASE,
)
# Names that mean something else elsewhere, with the only sites where they follow the reader.
_ONLY_AT: dict[str, re.Pattern[str]] = {
    "s": re.compile(r"(?:^|\.)(?:twitter|x)\.com$"),
    "t": re.compile(r"(?:^|\.)(?:twitter|x)\.com$"),
    "si": re.compile(r"(?:^|\.)(?:youtube\.com|youtu\.be|spotify\.com)$"),
    "trk": re.compile(r"(?:^|\.)linkedin\.com$"),
    "eid": re.compile(r"(?:^|\.)linkedin\.com$"),
    "rcm": re.compile(r"(?:^|\.)linkedin\.com$"),
    "r": re.compile(r"(?:^|\.)substack\.com$"),
    "post_id": re.compile(r"(?:^|\.)substack\.com$"),
    "publication_id": re.compile(r"(?:^|\.)substack\.com$"),
}
_PARTS = re.compile(r"(https?://([^/?#\s]*)[^?#\s]*)\?([^#\s]*)(#\S*)?", re.IGNORECASE)
_AFTER = ".,;:!?)]}'’…"  # what a sentence may put right after a link


def without_tracking(text: str) -> tuple[str, int]:
    """Returns the text with its links free of tracking parameters, and how many had some."""
    mended = 0

    def clean(match: re.Match[str]) -> str:
        nonlocal mended
        link = match.group()
        parts = _PARTS.fullmatch(link) if "?" in link else None
        if not parts:
            return link
        start, site, query, anchor = parts.groups(default="")
        end = "" if anchor else query[len(query.rstrip(_AFTER)) :]
        items = query[: len(query) - len(end)].split("&")
        kept = [item for item in items if not _follows(item, site.lower())]
        if len(kept) == len(items):
            return link
        mended += 1
        return start + ("?" if kept else "") + "&".join(kept) + anchor + end

    return LINK.sub(clean, text) if "?" in text else text, mended


def _follows(item: str, site: str) -> bool:
    name = item.partition("=")[0].lower()
    if name in _ONLY_AT:
        return bool(_ONLY_AT[name].search(site))
    return bool(_TRACKING.fullmatch(name))


def without_links(text: str) -> str:
    """Returns the text with its links taken out."""
    return LINK.sub(" ", text)
