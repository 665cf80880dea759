"""What changed in a set since a run froze its training file."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from voicetune.coach.answers import runs_of
from voicetune.coach.check import content_hash
from voicetune.examples.characters import same_text
from voicetune.examples.example import REJECTED, Example, role_of, text_of
from voicetune.examples.reading import read_file

PARTS = ("question", "answer", "system message", "other turns")
"""What of an example can have been edited."""
_SKETCH, _SHARED = 24, 5
_COMMON = 40  # answers of the file from which a run of three words tells nothing: a usual ending


@dataclass(frozen=True, slots=True)
class Edit:
    """An example that was edited: its row now, what it was, and which of PARTS differ."""

    row: int
    before: Example
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a set holds that a frozen file does not, and the other way round.

    `added`, `left_out` (still in the set, but no longer included) and `moved` (trained on then,
    kept for validation now, or the reverse) are rows of the set (from 0); `removed` are examples of
    the file, with the side they were on. `same` is the number of those with the same words.
    """

    added: tuple[int, ...]
    removed: tuple[Example, ...]
    edited: tuple[Edit, ...]
    same: int
    left_out: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()

    @property
    def sentence(self) -> str:
        """The changes in words."""
        counts = (
            (len(self.added), "added"),
            (len(self.edited), "edited"),
            (len(self.left_out), "left out"),
            (len(self.removed), "taken out"),
            (len(self.moved), "moved to the other side"),
        )
        said = [f"{number:,} {word}" for number, word in counts if number]
        if not said:
            return "Nothing has changed since then."
        listed = " and ".join([*[", ".join(said[:-1])][: len(said) > 1], said[-1]])
        return f"Since then: {listed}; {self.same:,} as they were."


def changes_since(examples: Sequence[Example], training: bytes, validation: bytes = b"") -> Changes:
    """Compares a set with the files that a run froze, as JSONL.

    What was edited is found by what stayed: all but the system message, the question, the answer,
    then most of the answer's words.
    """
    before = [
        replace(example, split=split)
        for split, file in (("training", training), ("validation", validation))
        for example in read_file("frozen.jsonl", file).examples
    ]
    now = [row for row, example in enumerate(examples) if example.include]
    old = list(range(len(before)))
    pairs: list[tuple[int, int]] = []
    now, old, same = _matched(now, old, examples, before, _trained)
    for key in (_turns, _question_and_answer, _question, _answer):
        now, old, matched = _matched(now, old, examples, before, key)
        pairs += matched
    now, old, matched = _alike(now, old, examples, before)
    pairs += matched
    aside = [row for row, example in enumerate(examples) if not example.include] if old else []
    left_out: list[tuple[int, int]] = []
    for key in (_trained, _turns, _question_and_answer, _question, _answer):
        aside, old, matched = _matched(aside, old, examples, before, key)
        left_out += matched
    edits = [Edit(row, before[at], _parts(before[at], examples[row])) for row, at in sorted(pairs)]
    edited = tuple(edit for edit in edits if edit.parts)
    moved = sorted(row for row, at in [*same, *pairs] if examples[row].split != before[at].split)
    return Changes(
        tuple(now),
        tuple(before[at] for at in old),
        edited,
        len(same) + len(edits) - len(edited),
        tuple(sorted(row for row, _ in left_out)),
        tuple(moved),
    )


def _matched(
    now: list[int],
    old: list[int],
    examples: Sequence[Example],
    before: Sequence[Example],
    key: Callable[[Example], Hashable],
) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Pairs what has the same key, in order; returns the rest of both sides and the pairs."""
    if not (now and old):
        return now, old, []
    waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
    for at in reversed(old):
        if found := key(before[at]):
            waiting[found].append(at)
    rest, pairs = [], []
    for row in now:
        same = waiting.get(key(examples[row]))
        if same:
            pairs.append((row, same.pop()))
        else:
            rest.append(row)
    taken = {at for _, at in pairs}
    return rest, [at for at in old if at not in taken], pairs


def _alike(
    now: list[int], old: list[int], examples: Sequence[Example], before: Sequence[Example]
) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    if not (now and old):
        return now, old, []
    where: defaultdict[int, list[int]] = defaultdict(list)
    for at in old:
        for number in runs_of(before[at].answer)[:_SKETCH].tolist():
            where[number].append(at)
    for number in [number for number, found in where.items() if len(found) > _COMMON]:
        del where[number]
    rest, pairs, taken = [], [], set[int]()
    for row in now:
        sketch = runs_of(examples[row].answer)[:_SKETCH].tolist()
        met = Counter(at for number in sketch for at in where.get(number, ()) if at not in taken)
        best, shared = met.most_common(1)[0] if met else (-1, 0)
        if shared >= _SHARED:
            taken.add(best)
            pairs.append((row, best))
        else:
            rest.append(row)
    return rest, [at for at in old if at not in taken], pairs


def _trained(example: Example) -> Hashable:
    """A hash of the example as training has it, without a rejected answer."""
    if REJECTED in example.extra:
        extra = {key: value for key, value in example.extra.items() if key != REJECTED}
        example = replace(example, extra=extra)
    return content_hash(example)


def _turns(example: Example) -> Hashable:
    return tuple(
        (str(role_of(m)), same_text(text_of(m))) for m in example.messages if role_of(m) != "system"
    )


def _question_and_answer(example: Example) -> Hashable:
    question, answer = _question(example), _answer(example)
    return (question, answer) if question and answer else ()


def _question(example: Example) -> str:
    return same_text(example.question)


def _answer(example: Example) -> str:
    return same_text(example.answer)


def _parts(before: Example, after: Example) -> tuple[str, ...]:
    """Returns what differs; nothing where the two teach the same."""
    parts = []
    if before.question != after.question:
        parts.append("question")
    if before.answer != after.answer:
        parts.append("answer")
    if before.system != after.system:
        parts.append("system message")
    if not parts and _trained(before) != _trained(after):
        parts.append("other turns")
    return tuple(parts)
