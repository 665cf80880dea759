"""Words of a post: which can carry a topic, their stems, and whether they do something or name it.

No dictionary of word classes: what stands before a word tells a verb from a noun often enough.
"""

import re
from functools import lru_cache

from voicetune.questions.ordinary import AFTER, IRREGULAR, LINKING, ORDINARY, VERBS

_TOKEN = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*|[^\w\s]")
_ENDINGS = re.compile(r"(?:'s|ies|ing|ed|es|s|e|y)$")
_DETERMINERS_LIST = "a an the my your our this that these those his her their no any"
DETERMINERS = frozenset(_DETERMINERS_LIST.split())
_BEFORE_VERBS_LIST = """
i you he she it we they who to can could will would should must may might i'd you'd he'd she'd
we'd they'd i'll you'll he'll she'll we'll they'll don't didn't doesn't can't couldn't won't
wouldn't shouldn't never just always let's i've you've we've they've he's she's had has have
"""
_BEFORE_VERBS = frozenset(_BEFORE_VERBS_LIST.split())


def tokens(sentence: str) -> list[str]:
    """Returns a sentence's words and, one by one, its other marks."""
    return _TOKEN.findall(sentence)


def plain(word: str) -> str:
    """Returns a word as it stands in a list: small, with straight apostrophes."""
    return word.replace("’", "'").casefold()


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Returns a word without its ending, crudely, so that "hired" and "hiring" agree."""
    word = plain(word)
    return _ENDINGS.sub("", word) if len(word) > 4 else word.removesuffix("'s").removesuffix("s")


@lru_cache(maxsize=100_000)
def carries(word: str) -> bool:
    """Tells whether a word can carry a topic by itself."""
    word = plain(word).removesuffix("'s")
    known = word in LINKING or word in ORDINARY
    return len(word) > 1 and not known and not any(map(str.isdigit, word)) and word[0].isalpha()


def is_verb(before: str, word: str) -> bool:
    """Tells whether a word does something there, rather than names a thing.

    `before` is the token before it, empty at the beginning of a sentence.
    """
    previous, word = plain(before), plain(word)
    if previous in DETERMINERS:
        return False
    if previous in _BEFORE_VERBS:
        return True
    if word in IRREGULAR or (word.endswith("ed") and len(word) > 4):
        return True
    if word.endswith("s") and word not in AFTER and previous not in LINKING and gerund(word):
        return previous.isalpha()  # "a cat reminds", but "of visits"
    return not previous and word in VERBS


def gerund(word: str) -> str | None:
    """Returns the form of a known verb that names what it does: "hired" -> "hiring"."""
    return _gerunds().get(plain(word))


@lru_cache(maxsize=1)
def _gerunds() -> dict[str, str]:
    forms: dict[str, str] = {}
    for verb in VERBS:
        doubled = bool(re.fullmatch(r"(?:qu|[^aeiou])*[aeiou][bdgmnprt]", verb))
        last = verb[-1] if doubled else ""
        root = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb
        ending = f"{root}{last}ing"
        past = f"{verb[:-1]}ied" if verb[-1] == "y" and verb[-2] not in "aeo" else f"{root}{last}ed"
        for form in (verb, f"{verb}s", f"{verb}es", past, ending):
            forms[form] = ending
    return forms
