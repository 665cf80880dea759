"""One-click mends of the coach's findings; the format's own are `voicetune.examples.mends`."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from voicetune.coach import answers, boilerplate, spelling
from voicetune.coach.codes import PRIVATE, SURPLUS, leaves_out
from voicetune.coach.privacy import Placeholders, cover, with_texts
from voicetune.coach.quality import cut_off, without_cut_sentence
from voicetune.examples import mends as format_mends
from voicetune.examples.example import Example, role_of, text_of
from voicetune.examples.finding import Finding

LEAVE_IT_OUT = "Leave it out"
COACH_MENDABLE: dict[str, str] = {
    **dict.fromkeys(PRIVATE, "Replace with a placeholder"),
    "refusable": LEAVE_IT_OUT,
    "link-only": LEAVE_IT_OUT,
    "too-short": LEAVE_IT_OUT,
    "not-answered": LEAVE_IT_OUT,
    "cut-off": "Drop the unfinished sentence",
    "typo": spelling.CORRECT,
    "near-answer": answers.KEEP_FIRST,
    "reused-paragraph": boilerplate.KEEP_FIRST,
    "same-opening": boilerplate.TAKE_OFF,
    "same-closing": boilerplate.TAKE_OFF,
}
"""The coach's codes with a mend, each with its button's label."""

_SHARED = ("reused-paragraph", "same-opening", "same-closing")
_OF_A_SET = ("typo", *_SHARED)


def mend(
    example: Example,
    code: str,
    *,
    placeholders: Placeholders | None = None,
    own: Collection[str] = (),
) -> Example | None:
    """Returns the example with what `code` is about mended; None where a person must decide.

    Left out is not deleted. Placeholders are noted in `placeholders`; `own` is as in
    `find_private`. What hangs on the whole set (typos, shared paragraphs) needs `mend_rows`.
    """
    if leaves_out(code):
        return replace(example, include=False) if example.include else None
    if code in PRIVATE:
        return cover([example], placeholders, kinds=(code,), own=own).changed.get(0)
    if code == "cut-off":
        return _finished(example)
    return None if code in _OF_A_SET else format_mends.mend(example, code)


def mend_label(example: Example, code: str, own: Collection[str] = ()) -> str | None:
    """Returns the label of the mend that would help this very example, or None."""
    if code == "cut-off" and mend(example, code, own=own) is None:
        return None
    return COACH_MENDABLE.get(code)


def mend_rows(
    examples: Sequence[Example],
    finding: Finding,
    *,
    placeholders: Placeholders | None = None,
    own: Collection[str] = (),
) -> dict[int, Example]:
    """Returns what the mend of a finding changes: see `mend_all`."""
    return mend_all(examples, [finding], placeholders=placeholders, own=own)


def mend_all(
    examples: Sequence[Example],
    findings: Sequence[Finding],
    *,
    placeholders: Placeholders | None = None,
    own: Collection[str] = (),
    unknown: Sequence[Collection[str]] | None = None,
) -> dict[int, Example]:
    """Returns what the mends of findings change, one after the other: position -> mended example.

    The findings are some that `coach` gave for these examples, or about a voice. Give one
    `placeholders` to all calls, and keep it: it turns placeholders back. `unknown` is each row's
    `unknown_words`, where they are known.
    """
    present = list(examples)
    mended: dict[int, Example] = {}
    shared: dict[int, Example] = {}
    for finding in findings:
        if finding.code in _SHARED:
            changed = boilerplate.take_off(present, finding)
            shared |= changed
        elif finding.code in PRIVATE:
            kinds = (finding.code,)
            covered = cover(present, placeholders, rows=finding.rows, kinds=kinds, own=own)
            changed = covered.changed
        elif finding.code == "typo":
            changed = _spelled(present, finding.rows, unknown)
        elif leaves_out(finding.code) or finding.code == "cut-off":
            rows = finding.rows[1:] if finding.code in SURPLUS else finding.rows
            tried = {row: mend(present[row], finding.code) for row in rows}
            changed = {row: example for row, example in tried.items() if example is not None}
        else:
            changed = format_mends.mend_rows(present, finding)
        for row, example in changed.items():
            mended[row] = present[row] = example
    kept = _without_new_copies(examples, shared)
    return {row: e for row, e in mended.items() if row not in shared or row in kept}


def _without_new_copies(
    examples: Sequence[Example], changed: dict[int, Example]
) -> dict[int, Example]:
    """Returns the changes but those that would make an answer nearly the same as another."""
    before = {tuple(group) for group in answers.near_answers(examples)}
    while changed:
        after = [changed.get(row, example) for row, example in enumerate(examples)]
        new = [group for group in answers.near_answers(after) if tuple(group) not in before]
        kept = {row: e for row, e in changed.items() if not any(row in group for group in new)}
        if len(kept) == len(changed):
            break
        changed = kept
    return changed


def _spelled(
    examples: Sequence[Example], rows: Sequence[int], unknown: Sequence[Collection[str]] | None
) -> dict[int, Example]:
    typos = spelling.typos(unknown or [spelling.unknown_words(example) for example in examples])
    changed = {row: spell(examples[row], typos[row]) for row in rows}
    return {row: example for row, example in changed.items() if example is not None}


def spell(example: Example, meant: dict[str, str]) -> Example | None:
    """Returns the example with these typos corrected in its answers, or None."""

    def each(message: Any) -> Any:
        if role_of(message) != "assistant":
            return message
        changed = with_texts([message], lambda text: spelling.corrected(text, meant))
        return changed[0] if changed else message

    messages = [each(message) for message in example.messages]
    return None if messages == example.messages else replace(example, messages=messages)


def _finished(example: Example) -> Example | None:
    """Returns the example with each answer that breaks off cut back to a whole sentence."""
    messages = []
    for message in example.messages:
        if role_of(message) == "assistant" and cut_off(text := text_of(message)):
            kept = without_cut_sentence(text)
            if kept is None:
                return None
            message = {**message, "content": kept}
        messages.append(message)
    return None if messages == example.messages else replace(example, messages=messages)
