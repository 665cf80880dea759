"""Typos in English answers, against a dictionary and the person's own words.

A word counts as a typo only when it is no form or compound of a known word, the person does not use
it in several texts, and a common word is one slip of the fingers away. So many typos pass, and
hardly a word of somebody's trade is called one.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from voicetune.coach.codes import COACH_CODES
from voicetune.coach.privacy import PLACEHOLDER
from voicetune.coach.quality import LINK
from voicetune.coach.slips import COMMON_SLIPS, MODERN
from voicetune.examples.example import Example, role_of, text_of
from voicetune.examples.finding import Finding
from voicetune.questions.language import language_of

CORRECT = "Correct the spelling"
"""The label of the mend."""
OWN_FROM = 3
"""Examples that use a word from which it is the person's own, not a slip."""

_WORD = re.compile(r"(?<![\w@#/.'’&=_-])[a-z]{3,24}(?![\w@/'’&=_-]|\.\w)")
_CODE = re.compile(r"```[\s\S]*?(?:```|$)|`[^`\n]+`")
_ENDINGS = (
    "s es ed d ing er ers or ors ly able ness ish y ist ists ism less ful wise ify fied ation"
)
_BEGINNINGS = "un re non pre co over under out mis sub super inter micro multi anti de dis up"
_SUFFIXES, _PREFIXES = _ENDINGS.split(), _BEGINNINGS.split()
_BRITISH = (
    (re.compile(r"our"), "or"),
    (re.compile(r"is(e|ed|es|er|ers|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"ys(e|ed|es|er|ing)$"), r"yz\1"),
    (re.compile(r"([a-z])re(s|d)?$"), r"\1er\2"),
    (re.compile(r"ll(ed|ing|er|ers|ment|ful|ous)"), r"l\1"),
    (re.compile(r"ence$"), "ense"),
    (re.compile(r"ogue"), "og"),
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"amme"), "am"),
)
_COMMON, _RARE = 1000, 300  # occurrences in the dictionary's texts
_LANGUAGE_FROM = 600  # characters that tell the language
_CLEARLY = 5  # times as common as the next correction


@lru_cache(maxsize=1)
def _dictionary() -> Mapping[str, int]:
    from spellchecker import SpellChecker

    words: Mapping[str, int] = SpellChecker(language="en", distance=1).word_frequency.dictionary
    return words


def unknown_words(example: Example) -> tuple[str, ...]:
    """Returns the words of an example's answers that no dictionary knows, in their order.

    None where the answers are not in English. This is of one example alone and can be kept.
    """
    messages = example.messages if isinstance(example.messages, list) else []
    text = "\n".join(text_of(m) for m in messages if role_of(m) == "assistant")
    if language_of(text[:_LANGUAGE_FROM]) != "en":
        return ()
    return tuple(dict.fromkeys(word for word in _WORD.findall(_prose(text)) if not _known(word)))


def typos(unknown: Sequence[Collection[str]]) -> list[dict[str, str]]:
    """Returns for each example's unknown words those that are typos, with what was meant."""
    uses = Counter(word for words in unknown for word in words)
    return [typos_among(words, uses) for words in unknown]


def typos_among(words: Collection[str], uses: Mapping[str, int]) -> dict[str, str]:
    """Returns the typos among one example's unknown words; `uses` counts the examples by word.

    Words that OWN_FROM examples use are the person's own, unless everybody misspells them so.
    """
    return {
        word: right
        for word in words
        if (word in COMMON_SLIPS or uses[word] < OWN_FROM) and (right := correction(word))
    }


def check_spelling(
    examples: Sequence[Example], unknown: Sequence[Collection[str]] | None = None
) -> list[Finding]:
    """Returns a finding for each example with typos; `unknown` is kept from `unknown_words`."""
    words = [unknown_words(example) for example in examples] if unknown is None else unknown
    return [
        replace(finding, rows=(row,))
        for row, found in enumerate(typos(words))
        if (finding := typo_finding(found))
    ]


def typo_finding(found: Mapping[str, str]) -> Finding | None:
    """Returns the finding about the typos of one example, which names no row."""
    if not found:
        return None
    pairs = [f"“{word}” (“{right}”?)" for word, right in list(found.items())[:3]]
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    said = f"Perhaps mistyped: {', '.join(pairs)}{more}. Correct it, or keep it."
    return Finding("typo", COACH_CODES["typo"].severity, said, mend=CORRECT)


def corrected(text: str, meant: Mapping[str, str]) -> str:
    """Returns the text with each typo corrected, links, tags and code left alone."""
    masks = [match.span() for pattern in _MASKS for match in pattern.finditer(text)]

    def right(match: re.Match[str]) -> str:
        inside = any(start <= match.start() < end for start, end in masks)
        return match.group() if inside else meant.get(match.group(), match.group())

    return _WORD.sub(right, text)


@lru_cache(maxsize=50_000)
def correction(word: str) -> str | None:
    """Returns the word that was clearly meant, or None."""
    if word in COMMON_SLIPS:
        return COMMON_SLIPS[word]
    if len(word) < 5:
        return None
    frequencies = _dictionary()
    likely = {
        other: frequencies[other] * weight
        for other, weight in _one_slip_away(word)
        if frequencies.get(other, 0) >= _COMMON
    }
    ranked = sorted(likely, key=lambda other: likely[other], reverse=True)
    if not ranked or (len(ranked) > 1 and likely[ranked[0]] < _CLEARLY * likely[ranked[1]]):
        return None
    return ranked[0]


def _one_slip_away(word: str) -> Iterable[tuple[str, int]]:
    """Yields what one slip makes of a word, with how likely the slip is; the first letter stays."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    seen = {word}
    for at in range(1, len(word) + 1):
        before, rest = word[:at], word[at:]
        slips = [
            (before + letter + rest, 3 if letter in before[-1] + rest[:1] else 1)
            for letter in letters
        ]
        if rest:
            slips.append((before + rest[1:], 3 if rest[0] == before[-1] else 1))
            if len(word) > 6 or rest[0] in "aeiou":
                slips += [(before + letter + rest[1:], 1) for letter in letters]
        if len(rest) > 1:
            slips.append((before + rest[1] + rest[0] + rest[2:], 3))
        for other, weight in slips:
            if other not in seen:
                seen.add(other)
                yield other, weight


@lru_cache(maxsize=100_000)
def _known(word: str) -> bool:
    words = _dictionary()
    if word in COMMON_SLIPS:
        return False
    if word in words or word in MODERN or len(word) < 4:
        return True
    if any(pattern.sub(to, word) in words for pattern, to in _BRITISH if pattern.search(word)):
        return True
    return _is_form(word, words) or _is_compound(word, words)


def _is_form(word: str, words: Mapping[str, int]) -> bool:
    for suffix in _SUFFIXES:
        base = word.removesuffix(suffix)
        if base != word and len(base) > 2:
            doubled = base[:-1] if base[-1:] == base[-2:-1] else base
            forms = (base, base + "e", doubled, base[:-1] + "y" if base[-1] == "i" else base)
            if any(words.get(form, 0) >= _RARE or form in MODERN for form in forms):
                return True
    return any(
        words.get(rest, 0) >= _RARE
        for prefix in _PREFIXES
        if len(rest := word.removeprefix(prefix)) > 3 and rest != word
    )


def _is_compound(word: str, words: Mapping[str, int]) -> bool:
    return any(
        words.get(word[:at], 0) >= _COMMON and words.get(word[at:], 0) >= _COMMON
        for at in range(3, len(word) - 2)
    )


_MASKS = (_CODE, LINK, PLACEHOLDER)
_MASK_HINTS = ("`", "://", "www.", "lnkd.in", "[")


def _prose(text: str) -> str:
    if any(hint in text for hint in _MASK_HINTS):
        for pattern in _MASKS:
            text = pattern.sub(" ", text)
    return text
