"""What a question is about once its request frame ("Write a LinkedIn post about") is taken off."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

from voicetune.examples.characters import same_text
from voicetune.examples.synonyms import one_name_each

_ARTICLE = r"(?:(?:an?|one|some|the|my|me|us|your|another) )*"
_KIND = (
    r"(?:(?:short|quick|long|brief|new|great|good|linkedin|social media|social|first|little|honest)"
    r" )*(?:posts?|articles?|blog posts?|threads?|captions?|messages?|updates?|pieces?|texts?|"
    r"something|paragraphs?|notes?|stor(?:y|ies)|drafts?|versions?)"
)
_FRAME = re.compile(
    r"(?:"
    r"(?:hi|hello|hey|please|ok|okay|so|honestly|and|but)\b[ ,!.]*"
    r"|(?:can|could|would|will) (?:you|u) (?:please )?"
    r"|(?:i(?:['’]d| would) like(?: you)? to|i (?:want|need) (?:you )?to|help me(?: to)?) "
    r"|(?:write|draft|create|give|make|compose|generate|do|need|want|have|share|publish|post) "
    + _ARTICLE
    + _KIND
    + r"(?: for me)? (?:about|on|for|that|announcing|regarding|where|which|in which|of|to) "
    r"|(?:write|draft|create|compose|generate|explain|describe|tell me)(?: me)? (?:about )?"
    r"|how (?:do|can|could|should|would|might) (?:i|you|we|one|people|someone)"
    r"(?: (?:best|even|actually|really))? |how to "
    r"|what(?:['’]s| is| are|s) (?:the |your |an? |some )?(?:(?:best|good|right) )?"
    r"(?:ways?|views?|takes?|opinions?|thoughts?|advice|tips?|ideas?) (?:on|about|for|to|of) "
    r"|what (?:do|would|should|can) (?:i|you|we) (?:think|say|do|feel|recommend|suggest)"
    r" (?:about|of|on|to|when|if) "
    r"|(?:what|who|where|when|why)(?:['’]s| is| are| do| does| did| should) "
    r"|(?:do|does|did|is|are|should|can|would) (?:i|you|we|it|they|there) "
    r"|(?:any |some |your |give me )*(?:tips|advice|ideas|ways|thoughts|suggestions|best ways?)"
    r" (?:for|on|to|about|of|how to) "
    r")",
    re.IGNORECASE,
)
_MARKS = " ?!.,:;…"
_COURTESIES = ("please", "pls", "thanks", "thank you", "thoughts", "help")
_COURTESY = re.compile(
    r"(?:[ ,]+(?:please|pls|thanks|thank you)|[.,:;?!] ?(?:thoughts|help))$", re.IGNORECASE
)
_WORD = re.compile(r"[\w#@+]+(?:['’-]\w+)*")
_COMMON = """
a about after again all also am an and any are as at be been before being best but by can could did
do does doing don't for from get getting give had has have having he her here him his how i i'd i'm
i've if in into is it it's its just like make me more most much my need new no not of on one or our
out really she should so some something such than that the their them then there these they this to
too up us very want was way ways we were what what's when where which who why will with would you
your advice create draft explain help ideas linkedin people please post posts someone tell thoughts
tips write
"""
_STOP_WORDS = frozenset(_COMMON.split())
_IN_FRAMES = """
explain give how posts share short story thoughts view what what's when where which who why worth
"""
_FRAME_WORDS = frozenset(_IN_FRAMES.split())
_PALE = """
any anyone anything become becomes becoming before between come do does during everyone few first
first-time get gets getting go going good got kind know little many much need needs new one only own
person place really right should since some someone still take takes taking than then thing things
time two use using very want wants way well while without work working year your yourself
"""
_PALE_WORDS = frozenset(_PALE.split())
"""Words that say little; they count only where a question has no others."""
_TEXT = r"(?:posts?|stor(?:y|ies)|articles?|threads?|poems?|dialogues?|captions?|announcements?)"
_WANTS_TEXT = re.compile(
    r"(?:(?:hi|hello|hey|please|(?:can|could|would|will) you(?: please)?|help me(?: to)?|"
    r"i(?:['’]d| would) like(?: you)? to|i (?:want|need)(?: you)?(?: to)?)\b[ ,!.]*)*"
    r"(?:(?:write|draft|create|compose|make|share|tell(?: me)?|give me|publish|generate|do)\b"
    rf"(?:[^.?!\n]{{0,40}}?\b{_TEXT}\b| (?:about|something)\b)"
    rf"|(?:an? |short |quick |little |linkedin |[\w-]+ )?{_TEXT}(?:[:,]| \w))"
    rf"|.*(?:[,:] (?:an?|as an?|make it an?|draft an?)|\bas an?)(?: \w+)? {_TEXT}$",
    re.IGNORECASE | re.DOTALL,
)
_ACCENT = re.compile("[\u0300-\u036f]")
_SUFFIX = re.compile(r"(?:ations?|ings?|ments?|ness|ies|ers?|ors?|ed|es|s|ly|y|e)$")
_ENDINGS = re.compile(r"(?:'s|’s|ing|ed|es|s)$")
_LONGEST = 400  # characters of a question that are compared; the rest is pasted material
_PREFIX_WORDS = 8
_SHARED_BY, _SHARED_PART = 8, 50  # a frame is shared by 8 questions and by one in 50


def stripped(question: str) -> str:
    """Returns the question in lower case without its request frame and closing marks."""
    text = same_text(question[:_LONGEST]).casefold().rstrip(_MARKS)
    if text.endswith(_COURTESIES):
        text = _COURTESY.sub("", text).rstrip(_MARKS)
    rest = text
    while match := _FRAME.match(rest):
        rest = rest[match.end() :]
    return rest if _WORD.search(rest) else text


def content_words(text: str) -> frozenset[str]:
    """Returns the words that carry the subject, crudely stemmed; all words where none does."""
    words = set(_WORD.findall(text))
    return frozenset(map(_stem, (words - _STOP_WORDS) or words))


def subject(text: str) -> str:
    """Returns what a stripped question is about: its telling words, stemmed, synonyms made one.

    In a language other than English it is much the question itself.
    """
    words = _WORD.findall(text)
    named = one_name_each(words)
    telling = [word for word in named if word not in _STOP_WORDS and word not in _FRAME_WORDS]
    kept = [word for word in telling if word not in _PALE_WORDS] or telling or words
    return " ".join(map(_root, kept))


def wants_text(question: str) -> bool:
    """Says whether a question asks for a post, story or the like, and not for an answer.

    "Write a post about hiring" does, "How do I hire?" and "How do I write a post?" do not.
    """
    return _WANTS_TEXT.match(question[:_LONGEST].strip(" \t\n" + _MARKS)) is not None


@lru_cache(maxsize=50_000)
def _root(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("’s")
    if not word.isascii():
        word = _ACCENT.sub("", unicodedata.normalize("NFD", word))
    return _SUFFIX.sub("", word) if len(word) > 4 else word


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return _ENDINGS.sub("", word) if len(word) > 4 else word


def without_shared_openings(texts: Sequence[str]) -> list[str]:
    """Takes off openings of two to eight words that many of the texts share, in any language.

    An opening counts as a frame when at least 8 texts and 2 % of them share it and most of them
    go on differently.
    """
    needed = max(_SHARED_BY, len(texts) // _SHARED_PART)
    first_words = [text.partition(" ")[0] for text in texts]
    begun = Counter(first_words)  # an opening is at most as frequent as its first word
    openings = [
        _openings(text) if begun[word] >= needed else []
        for text, word in zip(texts, first_words, strict=True)
    ]
    counts = Counter(opening for each in openings for opening in each[:-1])
    frequent = {opening for opening, times in counts.items() if times >= needed}
    if not frequent:
        return list(texts)
    follow: defaultdict[str, set[str]] = defaultdict(set)
    for each in openings:
        for opening, longer in pairwise(each):
            if opening in frequent:
                follow[opening].add(longer)
    frames = {opening for opening in frequent if 2 * len(follow[opening]) >= counts[opening]}
    return [
        text[max((len(o) for o in each[:-1] if o in frames), default=0) :].strip()
        for text, each in zip(texts, openings, strict=True)
    ]


def _openings(text: str) -> list[str]:
    words = text.split(" ", _PREFIX_WORDS + 1)[: _PREFIX_WORDS + 1]
    return list(accumulate(words, lambda a, b: f"{a} {b}"))[1:]
