"""Small sets of posts by made-up writers, each with habits of their own."""

import random

from voicetune.examples.example import Example

_THINGS = (
    "the stand-up",
    "my calendar",
    "the budget",
    "a late train",
    "the new hire",
    "her feedback",
    "our offsite",
    "the long email",
    "a quiet Friday",
    "his spreadsheet",
)
_STARTS = ("I can't stand", "I've stopped loving", "I don't get", "I'm done with", "I'd cancel")
_MIDDLES = (
    "It's never about the work.",
    "Nobody's reading it anyway.",
    "It doesn't pay the rent.",
    "You won't miss it.",
    "That's fine. It isn't yours.",
)
_FORMAL = (
    "The organisation has decided to reconsider {thing} in order to serve its customers better.",
    "It is the considered opinion of the management that {thing} will be of lasting benefit.",
    "All employees are kindly requested to support {thing} with the greatest possible attention.",
)


def blunt(count: int, seed: int = 1) -> list[str]:
    """Returns short posts of one hand: contractions, short lines, "So there." at the end."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        thing, other = rng.sample(_THINGS, 2)
        first = f"{rng.choice(_STARTS)} {thing}."
        middle = "\n\n".join(rng.sample(_MIDDLES, rng.randint(2, 3)))
        made.append(f"{first}\n\n{middle}\n\nI'd rather have {other}.\n\nSo there.")
    return made


def formal(count: int, seed: int = 2) -> list[str]:
    """Returns long formal posts by another hand."""
    rng = random.Random(seed)
    return [
        " ".join(line.format(thing=rng.choice(_THINGS)) for line in rng.sample(_FORMAL, 3))
        + " #excellence #customers #team"
        for _ in range(count)
    ]


def answered(texts: list[str]) -> list[Example]:
    """Returns an example for each text, as its answer."""
    return [
        Example([{"role": "user", "content": "Write a post."}, {"role": "assistant", "content": t}])
        for t in texts
    ]
