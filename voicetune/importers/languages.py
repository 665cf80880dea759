"""The language of a text, told roughly by its script and its commonest words."""

import re
from collections import Counter
from collections.abc import Sequence

FEWEST_WORDS = 8
"""Words that a text needs before its language is told."""

_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Japanese", re.compile("[\u3040-\u30ff]")),
    ("Chinese", re.compile("[\u3400-\u9fff]")),
    ("Korean", re.compile("[\uac00-\ud7a3]")),
    ("Arabic", re.compile("[\u0600-\u06ff]")),
    ("Hebrew", re.compile("[\u0590-\u05ff]")),
    ("Russian", re.compile("[\u0400-\u04ff]")),
    ("Greek", re.compile("[\u0370-\u03ff]")),
    ("Hindi", re.compile("[\u0900-\u097f]")),
    ("Thai", re.compile("[\u0e00-\u0e7f]")),
)
_COMMON: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "English": "the and of to is that it for you was with on are this have not be they my we",
        "German": "der die das und ist nicht ich zu ein eine mit auf für dass sich auch es wir den",
        "French": "le la les et est pas que je un une des pour dans ce qui nous vous sur avec il",
        "Spanish": "el la los las y es no que un una de para con por en se lo mi pero más como",
        "Portuguese": "o a os as e é não que um uma de para com por em se do da mais mas você",
        "Italian": "il la gli e è non che un una di per con del della sono mi ma più anche come",
        "Dutch": "de het een en is niet ik dat van voor met op zijn je maar ook die we te er",
        "Swedish": "och att det är en ett som på för inte jag med av den har vi till om",
        "Danish": "og at det er en et som på for ikke jeg med af den har vi til om",
        "Polish": "i w nie na się jest to że z do jak ale po co tak za od dla",
        "Turkish": "ve bir bu için ile de da çok ne var ama gibi daha ben o",
    }.items()
}
_WORD = re.compile(r"[^\W\d_]+")
_MAIN_SHARE = 2 / 3
_FEWEST_TEXTS = 6


def language_of(text: str) -> str | None:
    """Returns the English name of a text's language, or None where it is too short to tell."""
    found = _WORD.findall(text.lower())
    letters = sum(map(len, found))
    if not text.isascii():
        for language, script in _SCRIPTS:
            share = len(script.findall(text)) / max(letters, 1)
            if share > (0.1 if language == "Japanese" else 0.5):
                return language if letters >= FEWEST_WORDS * 2 else None
    if len(found) < FEWEST_WORDS:
        return None
    counts = Counter(found)
    scores = {
        language: sum(counts[word] for word in common) for language, common in _COMMON.items()
    }
    (first, most), (_, second) = Counter(scores).most_common(2)
    certain = most >= max(2, len(found) / 20) and most >= 1.5 * second
    return first if certain else None


def in_other_languages(texts: Sequence[str]) -> list[bool]:
    """Tells for each text whether it is surely in another language than most of them are.

    Nothing is told of few texts, nor where no language has two thirds: then the person writes in
    several, and which of them is wanted only the person knows.
    """
    told = [language_of(text) for text in texts]
    counts = Counter(language for language in told if language)
    main, number = next(iter(counts.most_common(1)), ("", 0))
    if sum(counts.values()) < _FEWEST_TEXTS or number < _MAIN_SHARE * sum(counts.values()):
        return [False] * len(told)
    return [language is not None and language != main for language in told]
