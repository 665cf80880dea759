"""Which examples train the model, and which are held out to judge it."""

import hashlib
import json
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from voicetune.examples.example import Example

_ALWAYS_HOLD_OUT_FROM = 10


@dataclass(slots=True)
class _Group:
    """Examples with the same question, which must stay together."""

    rank: int
    places: list[int] = field(default_factory=list)
    included: int = 0
    held_out: bool = False
    settled: bool = False
    pinned: set[str] = field(default_factory=set)
    newest: date = date.min


def assign_splits(
    examples: Sequence[Example],
    *,
    share: Decimal | float = 0.1,
    seed: int = 7,
    newest: bool = False,
    keep: bool = True,
) -> list[str]:
    """Returns "training" or "validation" for each example.

    Method: examples with the same question (letter case, spacing and Unicode form aside) make a
    group, and a group is never split across sides. Each group has a rank, a hash of the seed and
    its question, so that neither order nor other examples change it. Groups go to validation by
    rank until `share` of the included examples is there (at least one of ten or more; none of
    fewer unless the share asks for it), always leaving some to train on. With `newest`, groups go
    by `written_on` instead, latest first, undated ones last.

    Stability: once some example is on the validation side, sides stay as they are (`keep=False`
    deals anew; so does `newest`, whose point is that the latest texts are held out). What is
    missing from the share is then filled from new examples only: those with id 0 beside stored
    ones, or, where ids do not tell, those whose rank says that they were not there before. Only
    when validation would hold less than half of its share do older examples move.

    Examples with `split_pinned` keep their side, and their group goes with them. If a person pinned
    the same question to both sides, the pins are kept and the rest of the group trains.
    """
    groups = _groups(examples, seed)
    wanted = _wanted(sum(example.include for example in examples), float(share))
    order = sorted(groups, key=lambda group: group.rank)
    if newest:
        order.sort(key=lambda group: group.newest, reverse=True)
    free = [group for group in order if not group.pinned]
    for group in groups:
        if group.pinned:
            group.held_out = group.pinned == {"validation"}
        elif not keep or newest:
            group.held_out = False
    before = [group for group in free if group.held_out]
    if not before:
        _fill(free, groups, wanted)
    else:
        _fill(_new(free, before), groups, wanted)
        if _held_out(groups) * 2 < wanted:
            _fill(free, groups, wanted)
    return _sides(examples, groups)


def _groups(examples: Sequence[Example], seed: int) -> list[_Group]:
    found: dict[str, _Group] = {}
    for place, example in enumerate(examples):
        key = " ".join(unicodedata.normalize("NFKC", example.question).casefold().split())
        key = key or json.dumps(example.messages, sort_keys=True, ensure_ascii=False)
        group = found.get(key)
        if group is None:
            digest = hashlib.blake2b(f"{seed}\n{key}".encode(errors="replace"), digest_size=8)
            group = found[key] = _Group(int.from_bytes(digest.digest()))
        group.places.append(place)
        group.included += example.include
        group.held_out = group.held_out or example.split == "validation"
        group.settled = group.settled or example.id != 0
        group.newest = max(group.newest, example.written_on or date.min)
        if example.split_pinned:
            group.pinned.add(example.split)
    return list(found.values())


def _wanted(included: int, share: float) -> int:
    """How many examples belong on the validation side."""
    if share <= 0:
        return 0
    if included < _ALWAYS_HOLD_OUT_FROM:
        return math.floor(included * share)
    return max(1, math.floor(included * share + 0.5))


def _new(free: list[_Group], before: list[_Group]) -> list[_Group]:
    """The groups that were not there when the ones in `before` were dealt to validation."""
    settled = {group.settled for group in free}
    if settled == {True, False}:
        return [group for group in free if not group.settled]
    last = max(group.rank for group in before)
    return [group for group in free if group.rank < last]


def _fill(candidates: list[_Group], groups: list[_Group], wanted: int) -> None:
    """Holds out candidates in order until `wanted` examples are, leaving one group to train on."""
    held_out = _held_out(groups)
    training = sum(1 for group in groups if group.included and not group.held_out)
    skipped: list[_Group] = []
    for group in candidates:
        if held_out >= wanted or training <= 1:
            return
        if group.held_out or not group.included:
            continue
        if held_out + group.included > wanted:
            skipped.append(group)
            continue
        group.held_out = True
        held_out += group.included
        training -= 1
    if held_out == 0 and skipped and training > 1:
        min(skipped, key=lambda group: group.included).held_out = True


def _held_out(groups: list[_Group]) -> int:
    return sum(group.included for group in groups if group.held_out)


def _sides(examples: Sequence[Example], groups: list[_Group]) -> list[str]:
    sides = ["training"] * len(examples)
    for group in groups:
        for place in group.places:
            if examples[place].split_pinned:
                sides[place] = examples[place].split
            elif group.held_out:
                sides[place] = "validation"
    return sides
