"""The habits that show on the surface of a text: lengths, layout, marks, person, contractions.

They explain a difference (`voicetune.voice.differences` puts it in words); alone they are weak
evidence of who wrote something (AUC 0.74-0.82 for one post of 150 words). English where words are
looked at; the rest counts in any language.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter
from statistics import median, pstdev

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_ONE_EACH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of languages that put no spaces between words; each counts as a word."""
_SENTENCE_END = re.compile(r"[.!?…。！？]+[\"'”’)\]]*(?=\s|$)|\n+")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_TAG = re.compile(r"(?<![\w&])#[^\W\d_]\w*")
_HANDLE = re.compile(r"(?<![\w.])@\w+")
_EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55]"
    "(?:[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[\U0001f000-\U0001faff\u2600-\u27bf])*)"
)
_BULLET = re.compile(r"^\s*(?:[-*•·–—▪◦‣→➡✓✔✅☑>]+|\d{1,2}[.)])\s", re.MULTILINE)
_CONTRACTION = re.compile(
    r"\b(?:\w+n't|(?:i|you|he|she|it|we|they|that|there|here|what|who|how|where|let)'(?:m|s|re|ve|d|ll)"
    r"|gonna|wanna|gotta)\b",
    re.IGNORECASE,
)
_FULL_FORM = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|have|has|had|would|could|should|will) not|cannot"
    r"|i (?:am|have|will|would)|(?:you|we|they) (?:are|have|will|would)"
    r"|(?:it|that|there|what|he|she) (?:is|will|would)|let us)\b",
    re.IGNORECASE,
)
_I = re.compile(r"(?:i|me|my|mine|myself|i'(?:m|ve|d|ll))")
_WE = re.compile(r"(?:we|us|our|ours|ourselves|we'(?:re|ve|d|ll))")
_YOU = re.compile(r"(?:you|your|yours|yourself|yourselves|you'(?:re|ve|d|ll))")
_AS_STANDARD = 1.4826
"""Makes a median deviation comparable with a standard deviation."""
_LEAST_SPREAD = 0.05  # so that a habit without exception can be broken
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True, slots=True)
class Habits:
    """The habits of one text. Rates are per 100 words, parts are from 0 to 1."""

    words: float
    sentence_words: float
    line_breaks: float
    paragraph_words: float
    first_line_words: float
    listed_lines: float  # part of its lines
    questions: float  # part of its sentences
    exclamations: float  # part of its sentences
    first_person: float
    we: float
    you: float
    contractions: float  # part of the places where one could stand
    grade: float  # Flesch-Kincaid, in school years
    letters: float  # a word
    emoji: float  # in all, as the next three
    hashtags: float
    handles: float
    links: float
    numbers: float
    commas: float
    dashes: float
    ellipses: float
    quotes: float
    brackets: float
    colons: float  # with semicolons
    capitals: float  # words wholly in capitals


values_of = attrgetter(*(field.name for field in fields(Habits)))
"""Returns the habits as a tuple of numbers, in their order."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """The habits of a set: what is usual, how far its texts stray from it, who has a habit at all.

    `spread` is on the scale of log(1 + habit), on which twice as much is equally far everywhere.
    """

    usual: Habits
    spread: Habits
    shared: Habits
    """The part of the texts in which a habit shows at all (is not 0)."""

    def distances(self, one: Habits) -> tuple[float, ...]:
        """Returns how far each habit is from the usual one, in spreads."""
        sides = zip(*map(values_of, (one, self.usual, self.spread)), strict=True)
        return tuple(
            (math.log1p(here) - math.log1p(usual)) / spread for here, usual, spread in sides
        )


def portrait(texts: Sequence[Habits]) -> Portrait:
    """Returns the habits of a set of at least one text.

    A tenth of strangers among the texts hardly moves it: medians, and the median deviation from
    them, but at least half the standard deviation for habits that most of the texts do not have.
    """
    columns = list(zip(*map(values_of, texts), strict=True))
    spreads = []
    for column in columns:
        logs = [math.log1p(value) for value in column]
        middle = median(logs)
        deviation = median(abs(value - middle) for value in logs)
        spreads.append(max(_AS_STANDARD * deviation, pstdev(logs) / 2, _LEAST_SPREAD))
    return Portrait(
        Habits(*map(median, columns)),
        Habits(*spreads),
        Habits(*(sum(value > 0 for value in column) / len(texts) for column in columns)),
    )


def normalised(text: str) -> str:
    """Returns the text in form NFKC with straight quotes and plain line ends.

    Letters of the "mathematical" alphabets that posts use for bold become ordinary letters.
    """
    text = unicodedata.normalize("NFKC", text)
    for fancy, plain in (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("\r\n", "\n")):
        text = text.replace(fancy, plain)
    return text.replace("\r", "\n").strip()


def words_of(text: str) -> list[str]:
    """Returns the words of a normalised text in lower case."""
    found = _WORD.findall(_ONE_EACH.sub(r" \g<0> ", text).lower())
    return [str(word) for word in found]


@lru_cache(maxsize=20_000)
def habits(text: str) -> Habits:
    """Returns the surface habits of a text; all 0 for one without words."""
    text = normalised(text)
    links = len(_URL.findall(text))
    text = _URL.sub(" ", text)
    tags, handles = len(_TAG.findall(text)), len(_HANDLE.findall(text))
    prose = _HANDLE.sub(" ", _TAG.sub(" ", text))
    lines = [line for line in prose.split("\n") if _WORD.search(line)]
    words = words_of(prose)
    sentences = [s for s in _SENTENCE_END.split(prose) if _WORD.search(s)]
    count, many = len(words), len(sentences)
    if not count:
        nothing = {field.name: 0.0 for field in fields(Habits)}
        emoji = len(_EMOJI.findall(text))
        return Habits(**nothing | {"emoji": emoji, "hashtags": tags, "links": links})

    def rate(times: int) -> float:
        return 100 * times / count

    contracted, full = len(_CONTRACTION.findall(prose)), len(_FULL_FORM.findall(prose))
    paragraphs = [p for p in re.split(r"\n\s*\n", prose) if _WORD.search(p)]
    syllables = sum(map(_syllables, words))
    return Habits(
        words=count,
        sentence_words=count / many,
        line_breaks=rate(text.count("\n")),
        paragraph_words=count / len(paragraphs),
        first_line_words=len(words_of(lines[0])),
        listed_lines=len(_BULLET.findall(prose)) / len(lines),
        questions=min(1.0, len(re.findall(r"\?+", prose)) / many),
        exclamations=min(1.0, len(re.findall(r"!+", prose)) / many),
        first_person=rate(sum(_I.fullmatch(word) is not None for word in words)),
        we=rate(sum(_WE.fullmatch(word) is not None for word in words)),
        you=rate(sum(_YOU.fullmatch(word) is not None for word in words)),
        contractions=contracted / max(1, contracted + full),
        grade=max(0.0, 0.39 * count / many + 11.8 * syllables / count - 15.59),
        letters=sum(map(len, words)) / count,
        emoji=len(_EMOJI.findall(text)),
        hashtags=tags,
        handles=handles,
        links=links,
        numbers=rate(sum(any(c.isdigit() for c in word) for word in words)),
        commas=rate(prose.count(",")),
        dashes=rate(len(re.findall(r"[—–]|\s--?\s", prose))),
        ellipses=rate(len(re.findall(r"\.{3,}|…", prose))),
        quotes=rate(prose.count('"')),
        brackets=rate(prose.count("(")),
        colons=rate(len(re.findall(r"[:;](?=\s|$)", prose))),
        capitals=rate(len(re.findall(r"\b[A-Z]{2,}\b", prose))),
    )


@lru_cache(maxsize=50_000)
def _syllables(word: str) -> int:
    """Returns the syllables of an English word, roughly: groups of vowels but a silent e."""
    groups = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    return max(1, groups)
