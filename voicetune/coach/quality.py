"""What one example teaches badly: cut off, too short, only a link, stock phrases, no answer."""

import re

from voicetune.examples.characters import VISIBLE

LINK = re.compile(r"(?:https?://|www\.|lnkd\.in/)\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# Scripts written without spaces: kana, Han, Thai, Lao, Khmer, Burmese.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_TAG = re.compile(r"[#@][^\W_][\w.-]*")
SHORTEST = 8
"""Words an answer needs to show how somebody writes; two letters of Chinese count as one."""
_LINK_WORDS = 5

_GO_ON = (
    "a an the and or but because of my your our their his its than as very into onto und oder der "
    "et ou le les el los"
)
_OPEN_WORDS = frozenset(_GO_ON.split())
_CUT_MARKS = re.compile(
    r"(?:\.\.\.|…)\s*(?:\(?(?:see|read|show) more\)?|more)\.?$|\[(?:\.\.\.|…)\]$|[,;(–—]$",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"(?<![\w'’#@])([^\W\d_]+)$")
_SENTENCE_END = re.compile(
    r"[.!?…][\"'”’)\]*]*(?=\s|$)|[。！？](?:[」』”’）]*)|[؟۔](?=\s|$)|\n\s*\n"
)

_FILLER = re.compile(
    r"\bin today['’]s (?:fast-paced|digital|competitive|ever-(?:changing|evolving)"
    r"|modern)\b[^.,\n]{0,30}"
    r"|\b(?:ever-evolving|ever-changing|rapidly evolving) (?:landscape|world)\b"
    r"|\blet['’]s (?:dive|delve) (?:in|into|deeper)\b|\bdelve (?:in)?to\b"
    r"|\bin conclusion,|\bit(?:['’]s| is) (?:important|worth|crucial|essential) to (?:note"
    r"|remember|mention)"
    r"(?: that)?\b"
    r"|\bunlock (?:your|the|their) (?:full |true )?potential\b|\btake (?:it|your \w+) to the "
    r"next level\b"
    r"|\bnavigat(?:e|ing) the complexit(?:y|ies)\b|\ba testament to\b|\brich tapestry\b"
    r"|\bfoster(?:ing|s)? (?:a culture|an environment|innovation|collaboration)\b"
    r"|\bleverag(?:e|ing) the power of\b|\bharness(?:ing)? the power\b|\bembark(?:ing)? on (?:a"
    r"|this|your) "
    r"journey\b|\bat its core\b|\bcutting-edge (?:solutions?|technology)\b|\bseamless(?:ly)? "
    r"integrat\w+"
    r"|\bgame[- ]changer\b|\bthink outside the box\b|\bsynergy\b|\bplay(?:s)? a (?:crucial"
    r"|vital|pivotal) role\b"
    r"|\bwhether you['’]re an? [^.\n]{3,40} or an? [^.\n]{3,40},",
    re.IGNORECASE,
)
# Every phrase holds one of these; looking for them first is many times faster.
_FILLER_HINTS = (
    "in today",
    " landscape",
    " world",
    " dive ",
    "delve ",
    "in conclusion,",
    "important to",
    "worth ",
    "crucial to",
    "essential to",
    " potential",
    "next level",
    "complexit",
    "testament",
    "tapestry",
    "foster",
    "the power",
    "embark",
    "at its core",
    "cutting-edge",
    "seamless",
    "game-changer",
    "game changer",
    "outside the box",
    "synergy",
    "play a ",
    "plays a ",
    "whether you",
)
_FILLERS = 2
"""Different stock phrases from which a text counts as filler: one alone is nobody's fault."""

_REFUSES = re.compile(
    r"^\W*(?:sorry[,. ]+)?(?:i (?:do not|don['’]t) know|no idea|i(?:['’]m| am) not sure|"
    r"i (?:cannot|can['’]t) (?:answer|say)|n/?a|tbd|todo|to be added|see above|pass)\W*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[.!。！\n]")
_SHORT_ANSWER = 12
_LINK_HINTS = ("://", "www.", "lnkd.in/")


def size_in_words(text: str) -> int:
    """Returns how many words a text has, in any script, links and tags aside."""
    if any(hint in text for hint in _LINK_HINTS):
        text = LINK.sub(" ", text)
    if "#" in text or "@" in text:
        text = _TAG.sub(" ", text)
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(text))
    if unspaced:
        text = _UNSPACED.sub(" ", text)
    return len(_WORD.findall(text)) + (unspaced + 1) // 2


def link_only(answer: str) -> bool:
    """Tells whether there is hardly more than a link."""
    return (
        any(hint in answer for hint in _LINK_HINTS)
        and bool(LINK.search(answer))
        and size_in_words(answer) < _LINK_WORDS
    )


def too_short(answer: str) -> bool:
    """Tells whether there is something, but too little to teach how somebody writes."""
    return bool(VISIBLE.search(answer)) and size_in_words(answer) < SHORTEST


def cut_off(answer: str) -> str | None:
    """Returns the words with which a text breaks off in the middle of a sentence, or None.

    Sure signs only: "…see more", an open comma or bracket, a last word that must go on ("the").
    A text without a full stop at its end is a way of writing.
    """
    text = answer.rstrip().rstrip("*_")
    if not text or len(text) < 20:
        return None
    last_line = text.rsplit("\n", 1)[-1].strip()
    if not _CUT_MARKS.search(last_line):
        match = _LAST_WORD.search(last_line)
        if not match or match[1] not in _OPEN_WORDS or len(last_line.split()) < 4:
            return None
    elif last_line[-1] in ",;–—" and len(last_line.split()) < 4:
        return None  # "Warmly," and other closings
    return " ".join(last_line.split()[-5:])


def without_cut_sentence(answer: str) -> str | None:
    """Returns the text up to its last whole sentence; None where too little would be left."""
    text = _CUT_MARKS.sub("", answer.rstrip().rstrip("*_")).rstrip() if cut_off(answer) else answer
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    kept = text[: ends[-1]].rstrip() if ends else ""
    if 2 * len(kept) < len(answer) or too_short(kept) or cut_off(kept) or kept == answer:
        return None
    return kept


def filler(answer: str) -> list[str]:
    """Returns the stock phrases of a text where they are several; else none."""
    low = answer.lower()
    if sum(low.count(hint) for hint in _FILLER_HINTS) < _FILLERS:
        return []
    found: dict[str, str] = {}
    for match in _FILLER.finditer(answer):
        found.setdefault(match.group().casefold(), match.group())
    return list(found.values()) if len(found) >= _FILLERS else []


def not_answered(question: str, answer: str) -> str | None:
    """Returns why an answer is perhaps none, in words; None where nothing sure can be said."""
    if _REFUSES.match(answer):
        return "it only says that there is no answer"
    if 15 < len(answer) < 2 * len(question) and _plain(question) == _plain(answer) != "":
        return "it only repeats the question"
    if answer.rstrip().endswith(("?", "？", "؟")) and not _GOES_ON.search(answer.strip()):
        return "it only asks something back" if size_in_words(answer) <= _SHORT_ANSWER else None
    return None


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
