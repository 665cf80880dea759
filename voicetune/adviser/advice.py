"""From answers to a verdict, its reasons, and what would change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from voicetune.adviser.rules import Answers, Rules, Signal, Verdict


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that, given instead, would lead to another verdict."""

    condition: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Advice:
    """The verdict with its reasons, the doubts that remain, and what would change it.

    `complete` says whether every question was answered.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    notes: tuple[str, ...]
    changes: tuple[Change, ...]
    complete: bool


def advise(rules: Rules, answers: Answers) -> Advice | None:
    """Returns the advice for the answers given so far, or None before the first question's."""
    if rules.questions[0].id not in answers:
        return None
    verdict = decide(rules, answers)
    reasons: list[str] = []
    doubts: list[str] = []
    for signal in _signals(rules, answers):
        (reasons if _agrees(signal, verdict) else doubts).append(signal.reason)
    notes = tuple(
        note.text
        for note in rules.notes
        if verdict.id in note.verdicts and _holds(note.when, answers)
    )
    return Advice(
        verdict=verdict,
        reasons=tuple(reasons),
        doubts=tuple(doubts),
        notes=notes,
        changes=_changes(rules, answers, verdict),
        complete=all(question.id in answers for question in rules.questions),
    )


def decide(rules: Rules, answers: Answers) -> Verdict:
    """Returns the one verdict that fits the answers."""
    tuning, retrieval = _tuning(rules, answers), _retrieval(rules, answers)
    return next(v for v in rules.verdicts if tuning in v.tuning and v.retrieval is retrieval)


def _tuning(rules: Rules, answers: Answers) -> Literal["yes", "no", "wait"]:
    effects = {s.effect for s in _signals(rules, answers) if s.approach == "tuning"}
    if "against" in effects or "for" not in effects:
        return "no"
    return "wait" if "waits" in effects else "yes"


def _retrieval(rules: Rules, answers: Answers) -> bool:
    effects = {s.effect for s in _signals(rules, answers) if s.approach == "retrieval"}
    return "for" in effects and "against" not in effects


def _changes(rules: Rules, answers: Answers, verdict: Verdict) -> tuple[Change, ...]:
    """For each question the nearest other answer that leads to each other verdict."""
    changes = []
    for question in rules.questions:
        given = answers.get(question.id)
        if given is None:
            continue
        place = [option.id for option in question.options].index(given)
        nearest = sorted(
            (option for option in question.options if option.id != given),
            key=lambda option: abs(question.options.index(option) - place),
        )
        seen = {verdict.id}
        for option in nearest:
            other = decide(rules, {**answers, question.id: option.id})
            if other.id not in seen:
                seen.add(other.id)
                changes.append(Change(option.change, other))
    return tuple(changes)


def _agrees(signal: Signal, verdict: Verdict) -> bool:
    if signal.approach == "retrieval":
        return verdict.retrieval == (signal.effect in ("for", "supports"))
    if signal.effect in ("for", "supports"):
        return "no" not in verdict.tuning
    return "yes" not in verdict.tuning


def _signals(rules: Rules, answers: Answers) -> list[Signal]:
    return [signal for signal in rules.signals if _holds(signal.when, answers)]


def _holds(when: Mapping[str, tuple[str, ...]], answers: Answers) -> bool:
    return all(answers.get(question) in options for question, options in when.items())
