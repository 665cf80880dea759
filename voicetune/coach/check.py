"""The coach's look at one example: what can be told from it alone, so that it can be kept."""

import hashlib
import json
from collections.abc import Collection
from typing import Any

from voicetune.coach import quality
from voicetune.coach.codes import COACH_CODES
from voicetune.coach.mends import mend_label
from voicetune.coach.privacy import Private, find_private, masked
from voicetune.coach.refusable import CATEGORIES, refusable
from voicetune.examples.characters import quotation
from voicetune.examples.example import Example, role_of, text_of
from voicetune.examples.finding import Finding

_THINGS = {
    "private-key": ("a password or key", "Whoever reads it can use it. Replace it, and change it"),
    "private-card": ("a card number", "Its digits check out. Replace it"),
    "private-account": ("an account number", "Replace it"),
    "private-email": ("an e-mail address", "A model may repeat it to anybody. Replace it"),
    "private-phone": ("a phone number", "A model may repeat it to anybody. Replace it"),
    "private-address": ("a street address", "A model may repeat it to anybody. Replace it"),
    "private-name": ("somebody's name", "Replace it unless they are meant to be named"),
    "private-handle": ("somebody's handle", "Replace it unless they are meant to be named"),
}
_SHOWN = 3


def content_hash(example: Example) -> str:
    """Returns a short hash of what training sees of an example: its messages and other keys."""
    seen: Any = [example.messages, example.extra]
    text = json.dumps(seen, ensure_ascii=False, sort_keys=True, default=repr)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def check_row(example: Example, *, own: Collection[str] = ()) -> list[Finding]:
    """Returns what the coach says of one example alone, in the order of COACH_CODES.

    The same content always gives the same findings, so they can be kept by `content_hash` (and
    `own`, the writer's own names, see `find_private`). The findings name no rows.
    """
    messages = example.messages if isinstance(example.messages, list) else []
    texts = [text for text in map(text_of, messages) if text]
    said: dict[str, str] = {}
    _check_privacy(texts, own, said)
    if phrases := [phrase for text in texts for phrase in refusable(text)]:
        what = CATEGORIES[phrases[0].category]
        said["refusable"] = (
            f"“{quotation(phrases[0].phrase)}” reads like {what}. A provider may refuse the whole "
            "file for it: leave the example out, or say it in other words."
        )
    answers = [text_of(m) for m in messages if role_of(m) == "assistant"]
    if answers:
        _check_quality(example.question, answers, said)
    return [
        Finding(code, COACH_CODES[code].severity, said[code], mend=mend_label(example, code, own))
        for code in COACH_CODES
        if code in said
    ]


def _check_privacy(texts: list[str], own: Collection[str], said: dict[str, str]) -> None:
    found: dict[str, dict[str, Private]] = {}
    for text in texts:
        for private in find_private(text, own=own):
            found.setdefault(private.code, {}).setdefault(private.value, private)
    for code, pieces in found.items():
        thing, advice = _THINGS[code]
        shown = ", ".join(f"“{masked(private)}”" for private in list(pieces.values())[:_SHOWN])
        more = f" and {len(pieces) - _SHOWN} more" if len(pieces) > _SHOWN else ""
        said[code] = f"There is {thing} in it ({shown}{more}). {advice}."


def _check_quality(question: str, answers: list[str], said: dict[str, str]) -> None:
    whole, last = "\n\n".join(answers), answers[-1]
    if quality.link_only(whole):
        said["link-only"] = (
            "There is hardly more than a link in it, which teaches nothing about how you write. "
            "Leave it out, or write what you say about the link."
        )
    elif why := quality.not_answered(question, last):
        said["not-answered"] = (
            f"Perhaps this is no answer: {why}. Write one, or leave the example out."
        )
    elif quality.too_short(whole):
        words = quality.size_in_words(whole)
        counted = "1 word shows" if words == 1 else f"{words} words show"
        said["too-short"] = (
            f"{counted} little of how you write. Say more, or leave the example out."
        )
    if end := next(filter(None, map(quality.cut_off, answers)), None):
        said["cut-off"] = (
            f"It breaks off in the middle of a sentence (“… {quotation(end)}”), and the model "
            "would learn to do the same. Write the end, or drop the unfinished sentence."
        )
    if phrases := quality.filler(whole):
        shown = ", ".join(f"“{quotation(phrase)}”" for phrase in phrases[:_SHOWN])
        said["filler"] = (
            f"Anybody could have written {shown}. Say it in your own words, or take it out."
        )
