"""Examples for the coach's tests: sound ones, and pieces that are private in shape only."""

import itertools

from voicetune.examples.example import Example

_PLACES = ("the depot", "our nursery", "a small bakery", "the night shift", "the front desk")
_THINGS = ("the broken van", "late invoices", "wet boots", "new aprons", "the price list")
_DOINGS = ("count", "paint", "repair", "weigh", "label", "borrow", "wash")

# Put together here so that no text in this file has the form of a real key.
KEY = "sk-" + "proj-" + "q7Wm" * 8
IBAN = "DE89 3704 0044 0532 0130 00"
CARD = "4111 1111 1111 1111"


def said(question: str, answer: str, system: str | None = None) -> Example:
    first = [] if system is None else [{"role": "system", "content": system}]
    return Example(
        [*first, {"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    )


def sound(count: int) -> list[Example]:
    """Returns examples of which no two are alike and none has anything wrong with it."""
    made = []
    for number in range(count):
        words = [f"{letter}{number:04d}" for letter in "klmnp"]
        place = _PLACES[number % len(_PLACES)]
        thing, doing = _THINGS[number % 3], _DOINGS[number % 7]
        made.append(
            said(
                f"{words[0]} {words[1]} {words[2]}?",
                f"At {place} we {doing} {thing} before {words[3]} arrives.\n\n"
                f"Then {words[0]} asks {words[1]} why {words[2]} and {words[4]} were {doing}ed.",
            )
        )
    return made


def answers(*texts: str) -> list[Example]:
    numbers = itertools.count()
    return [said(f"q{next(numbers):05d}x", text) for text in texts]
