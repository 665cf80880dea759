"""Turning a post's words round: what the writer calls "I", the person who asks calls "you"."""

import re

_TO_ASKER = {
    "i": "you",
    "i'm": "you're",
    "i've": "you've",
    "i'd": "you'd",
    "i'll": "you'll",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "we": "you",
    "we're": "you're",
    "we've": "you've",
    "we'd": "you'd",
    "we'll": "you'll",
    "us": "you",
    "our": "your",
    "ours": "yours",
    "ourselves": "yourselves",
    "am": "are",
}
_TO_WRITER = {
    "you": "I",
    "you're": "I'm",
    "you've": "I've",
    "you'd": "I'd",
    "you'll": "I'll",
    "your": "my",
    "yours": "mine",
    "yourself": "myself",
}
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_WAS = re.compile(r"\b(you) was\b")


def of_the_writer(text: str) -> str:
    """Says "you" and "your" where the writer says "I" and "my": for prompts to the writer."""
    return _WAS.sub(r"\1 were", _turned(text, _TO_ASKER))


def of_the_reader(text: str) -> str:
    """Says "I" and "my" where the writer says "you" and "your": for questions of a reader.

    "you" becomes "me" after a word that it cannot begin a clause after.
    """
    text = re.sub(
        r"\b(of|for|to|with|at|from|about|on|by|ask|tell|give|help|let|make|send|show|hire|pay)"
        r" you\b(?!['’])",
        r"\1 me",
        text,
    )
    return _turned(text, _TO_WRITER)


def _turned(text: str, words: dict[str, str]) -> str:
    def turn(match: re.Match[str]) -> str:
        word = match.group()
        return words.get(word.replace("’", "'").lower(), word)

    return _WORD.sub(turn, text)
