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
# No word here is one in English too (die, me, as, do): most texts are English, and none is to be
# taken for another language by chance.
_COMMON: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "English": "the and of to is that it a in for you was with on are this have not be they my "
        "we i so do at by but all an as when out if what just how more your can one her his she he "
        "who there their our will up about me no or from has had them then than only were been",
        "German": "der das und ist nicht ich zu ein eine einen mit auf für dass sich auch wir den "
        "dem wenn aber wie nur sind haben mich noch nach bei aus oder schon",
        "French": "le la les et est pas que je une des dans ce qui nous vous sur avec il du au "
        "mais ne se cette plus sont par elle",
        "Spanish": "el la los las y que una para con por en se lo mi pero más como del al su nos "
        "cuando porque eso hay muy",
        "Portuguese": "os que não um uma para com por em da mais mas você é isso ao na nos quando "
        "porque muito ser eu são",
        "Italian": "il la gli e è non che un una di del della sono mi ma più anche si le dei nel "
        "questo quando perché",
        "Dutch": "de het een en niet ik dat van voor zijn je maar ook te er met op aan wat naar "
        "heb wij hun nog bij",
        "Swedish": "och att det är ett som på för inte jag med av den har vi till om så när men",
        "Danish": "og det er et som på ikke jeg med af den har vi til om så når jeg hvad også",
        "Polish": "w nie na się jest że z jak ale po co tak za od dla są czy tylko już",
        "Turkish": "ve bir bu için ile çok ne var ama gibi daha ben olan değil kadar",
    }.items()
}
_WORD = re.compile(r"[^\W\d_]+")
_MAIN_SHARE = 2 / 3
_FEWEST_TEXTS = 6
_FEWEST_DIFFERENT = 3


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
        language: sum(counts[word] for word in common & counts.keys())
        for language, common in _COMMON.items()
    }
    (first, most), (_, second) = Counter(scores).most_common(2)
    different = len(_COMMON[first] & counts.keys())
    certain = different >= _FEWEST_DIFFERENT and most >= len(found) / 12 and most >= 2 * second
    return first if certain else None


def in_other_languages(told: Sequence[str | None]) -> list[bool]:
    """Tells for each text whether it is surely in another language than most of them are.

    `told` has the language of each, as far as `language_of` tells it.

    Nothing is told of few texts, nor where no language has two thirds: then the person writes in
    several, and which of them is wanted only the person knows.
    """
    counts = Counter(language for language in told if language)
    main, number = next(iter(counts.most_common(1)), ("", 0))
    if sum(counts.values()) < _FEWEST_TEXTS or number < _MAIN_SHARE * sum(counts.values()):
        return [False] * len(told)
    return [language is not None and language != main for language in told]
