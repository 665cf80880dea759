"""One score a person can act on: 100 minus deductions, each with its rows, reason and mend.

How it is made. Every included example that nothing is wrong with, or only something that can be
mended where it stands, adds 1 to the sound ones, N. Every example with a finding adds the weight of
its worst one to the trouble, T (see `codes.weight_of`). The deduction is 100 T / (T + N), shared
among the codes by what each brought in; an error takes 20 more, since training stops at it; and
what is missing in number takes up to 30 (see `size_points`).

Mending never lowers it. Examples with an error, and those whose mend is to leave them out, are in T
but never in N nor in the size, so leaving them out only takes from T. And what is found by
comparing examples is found in the set as it would be after the mends of single rows, so that no
such mend brings a new finding.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, MutableMapping, Sequence
from dataclasses import dataclass, replace

from voicetune.coach.answers import check_answers
from voicetune.coach.boilerplate import check_boilerplate
from voicetune.coach.check import check_row, content_hash
from voicetune.coach.codes import PRIVATE, SURPLUS, label_of, leaves_out, weight_of
from voicetune.coach.dismissals import not_dismissed
from voicetune.coach.mends import LEAVE_IT_OUT, mend, spell
from voicetune.coach.privacy import Placeholders
from voicetune.coach.spelling import check_spelling, typos, unknown_words
from voicetune.examples.checks import check_example
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding, Severity
from voicetune.examples.mends import mend as mend_format
from voicetune.examples.set_checks import (
    ADVISED,
    IDEAL,
    MINIMUM,
    Near,
    check_duplicates,
    check_questions,
    check_size,
    check_system,
)

_ERROR_POINTS = 20.0
_SIZE_CODES = ("too-few", "few", "below-ideal")


@dataclass(frozen=True, slots=True)
class Deduction:
    """What one kind of finding takes off the score, and how to get it back."""

    code: str
    points: float
    rows: tuple[int, ...]
    reason: str
    mend: str | None = None

    @property
    def loss(self) -> str:
        """The points in words, to a tenth: what is less is not called nothing."""
        return f"−{self.points:.1f} points" if self.points >= 0.05 else "Under 0.1 points"


@dataclass(frozen=True, slots=True)
class Coaching:
    """The coach's word on a set: the score from 0 to 100, all findings, the largest loss first."""

    score: int
    findings: tuple[Finding, ...]
    deductions: tuple[Deduction, ...]


@dataclass(frozen=True, slots=True)
class RowResult:
    """What was found in one example alone; kept by `content_hash`, it need not be found again."""

    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]


def look_at(example: Example, *, own: Collection[str] = ()) -> RowResult:
    """Returns everything about one example that hangs on its own content."""
    return RowResult(tuple(check_row(example, own=own)), unknown_words(example))


def coach(
    examples: Sequence[Example],
    *,
    findings: Sequence[Finding] = (),
    limit: int | None = None,
    count: Callable[[Example], int] | None = None,
    minimum: int = MINIMUM,
    own: Collection[str] = (),
    dismissed: Collection[str] = (),
    kept: MutableMapping[str, RowResult] | None = None,
    checked: Sequence[Sequence[Finding]] | None = None,
    hash_of: Callable[[Example], str] = content_hash,
    near: Near | None = None,
) -> Coaching:
    """Returns the score of a set with all that was found in its included examples.

    `findings` are further ones, such as those about one voice; `limit`, `count` and `minimum` are
    as in `check_set`, `own` as in `find_private`, `dismissed` holds keys of `dismissal_key`.
    `kept` holds what is known of single rows by `content_hash`, for the same `own`; new ones are
    added, so that after an edit only the edited row is looked at. `checked` holds what
    `check_example` found in each row and `hash_of` gives their hashes, where these are known;
    `near` is as in `check_questions`.
    """
    hashes = {id(example): hash_of(example) for example in examples}

    def known_hash(example: Example) -> str:
        return hashes[id(example)]

    known: MutableMapping[str, RowResult] = {} if kept is None else kept
    for example in examples:
        if (key := hashes[id(example)]) not in known:
            known[key] = look_at(example, own=own)
    looked = [known[hashes[id(example)]] for example in examples]
    unknown = [result.unknown for result in looked]
    if checked is None:
        checked = [check_example(example, limit=limit, count=count) for example in examples]
    of_rows = [
        replace(finding, rows=(row,))
        for row, (example, result) in enumerate(zip(examples, looked, strict=True))
        if example.include
        for finding in (*checked[row], *result.findings)
    ]
    of_rows += [f for f in check_spelling(examples, unknown) if examples[f.rows[0]].include]
    further = [
        replace(f, mend=f.mend or LEAVE_IT_OUT) if leaves_out(f.code) else f
        for f in findings
        if not f.rows or any(examples[row].include for row in f.rows)
    ]
    of_rows = not_dismissed([*of_rows, *further], examples, dismissed, known_hash)
    meant = typos(unknown)
    mended = _as_mended(examples, of_rows, meant, own)
    # Leaving an example out never makes others differ from the usual system message.
    all_mended = [replace(m, include=e.include) for m, e in zip(mended, examples, strict=True)]
    compared = [*check_system(all_mended), *_compare(mended, near)]
    compared = not_dismissed(compared, examples, dismissed, known_hash)
    size = not_dismissed(check_size(examples, minimum), examples, dismissed, known_hash)
    found = [*sorted(of_rows, key=lambda f: f.rows[:1]), *compared, *size]
    score, deductions = _weigh(examples, found, minimum, dismissed)
    return Coaching(score, tuple(found), deductions)


def _as_mended(
    examples: Sequence[Example],
    found: Sequence[Finding],
    meant: Sequence[dict[str, str]],
    own: Collection[str],
) -> list[Example]:
    """Returns the set as it would be with the mends of single rows made, what they leave out out.

    An example with an error that no mend takes away is out as well.
    """
    mended = list(examples)
    codes: defaultdict[int, list[str]] = defaultdict(list)
    for finding in found:
        for row in finding.rows:
            codes[row].append(finding.code)
    placeholders = Placeholders()
    placeholders.reserve(examples[row] for row in codes)
    for row, all_codes in codes.items():
        if any(map(leaves_out, all_codes)):
            mended[row] = replace(mended[row], include=False)
            continue
        for code in all_codes:
            if code not in PRIVATE and code != "cut-off":
                mended[row] = mend_format(mended[row], code) or mended[row]
        if mended[row] is not examples[row]:  # its text may say more now than before
            all_codes = [f.code for f in check_row(mended[row], own=own)]
            broken = any(f.severity is Severity.ERROR for f in check_example(mended[row]))
            if broken or any(map(leaves_out, all_codes)):
                mended[row] = replace(mended[row], include=False)
                continue
        elif any(f.severity is Severity.ERROR for f in check_example(mended[row])):
            mended[row] = replace(mended[row], include=False)
            continue
        for code in all_codes:
            if code in PRIVATE or code == "cut-off":
                better = mend(mended[row], code, placeholders=placeholders, own=own)
                mended[row] = better or mended[row]
        if meant[row]:
            mended[row] = spell(mended[row], meant[row]) or mended[row]
    return mended


def _compare(examples: list[Example], near: Near | None) -> list[Finding]:
    """Returns what comparing the included examples shows, each group of copies taken as one."""
    rest = list(examples)
    found: list[Finding] = []
    for check in (check_duplicates, check_answers):
        copies = check(rest)
        found += copies
        for finding in copies:
            for row in finding.rows[1:]:
                rest[row] = replace(rest[row], include=False)
    return [*found, *check_questions(rest, near=near), *check_boilerplate(rest)]


def _weigh(
    examples: Sequence[Example],
    found: Sequence[Finding],
    minimum: int,
    dismissed: Collection[str],
) -> tuple[int, tuple[Deduction, ...]]:
    included = {row for row, example in enumerate(examples) if example.include}
    worst: dict[int, tuple[float, str]] = {}
    unsound: set[int] = set()
    trouble: defaultdict[str, float] = defaultdict(float)
    for finding in found:
        weight = weight_of(finding.code, finding.severity)
        if not finding.rows:
            trouble[finding.code] += weight
        for row in finding.rows[1:] if finding.code in SURPLUS else finding.rows:
            if row in included:
                worst[row] = max(worst.get(row, (0.0, "")), (weight, finding.code))
                if finding.severity is Severity.ERROR or leaves_out(finding.code):
                    unsound.add(row)
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, (weight, code) in worst.items():
        trouble[code] += weight
        rows[code].append(row)
    sound = included - unsound
    whole = sum(trouble.values())
    errors = {f.code for f in found if f.severity is Severity.ERROR and f.code not in _SIZE_CODES}
    points = {
        code: 100 * amount / (whole + len(sound)) for code, amount in trouble.items() if amount
    }
    in_errors = sum(points.get(code, 0.0) for code in errors)
    for code in errors & points.keys():
        points[code] += _ERROR_POINTS * points[code] / in_errors
    deductions = [
        _deduction(code, lost, sorted(rows[code]), found) for code, lost in points.items()
    ]
    training = sum(examples[row].split == "training" for row in sound)
    if deduction := _size_deduction(len(sound), training, minimum, found, dismissed):
        deductions.append(deduction)
    score = max(0, math.floor(100 - sum(d.points for d in deductions) + 1e-6))
    deductions.sort(key=lambda d: (-d.points, d.code))
    return score, tuple(deductions)


def _deduction(
    code: str, points: float, rows: Sequence[int], found: Sequence[Finding]
) -> Deduction:
    own = [f for f in found if f.code == code]
    mend = next((f.mend for f in own if f.mend), None)
    if len(own) == 1:
        return Deduction(code, points, tuple(rows), own[0].message, mend)
    where = f"{len(rows):,} examples" if len(rows) != 1 else "1 example"
    where = where if rows else f"{len(own):,} times"
    reason = f"{label_of(code)}, {where}. The first: {own[0].message}"
    return Deduction(code, points, tuple(rows), reason, mend)


def size_points(sound: int, training: int, minimum: int = MINIMUM) -> float:
    """Returns what the number of sound examples takes off: nothing from 500 on.

    `training` are those of them to train on: below the minimum no place trains.
    """
    if training < minimum:
        return 40 + 60 * (1 - training / minimum)
    if sound >= IDEAL:
        return 0.0
    if sound >= ADVISED:
        return 12 * math.log(IDEAL / sound) / math.log(IDEAL / ADVISED)
    return (
        12 + 18 * math.log(ADVISED / sound) / math.log(ADVISED / MINIMUM)
        if sound >= MINIMUM
        else 30
    )


def _size_deduction(
    sound: int,
    training: int,
    minimum: int,
    found: Sequence[Finding],
    dismissed: Collection[str],
) -> Deduction | None:
    points = size_points(sound, training, minimum)
    if not points:
        return None
    code = "too-few" if training < minimum else "few" if sound < ADVISED else "below-ideal"
    if code != "too-few" and code in dismissed:
        return None
    said = next((f.message for f in found if f.code == code), None)
    if said is None:
        wanted = {"too-few": minimum, "few": ADVISED, "below-ideal": IDEAL}[code]
        said = (
            f"Without those that are better left out or cannot be trained on there are {sound:,}; "
            f"{wanted} is what to aim for. Add more."
        )
    return Deduction(code, points, (), said)
