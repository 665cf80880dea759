"""The adviser's rules: questions, signals, verdicts and notes, read from data/adviser.json."""

from collections.abc import Mapping
from functools import cache
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from voicetune.home import DATA

Answers = Mapping[str, str]
"""The option chosen for each question; a question that is missing is not answered yet."""


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(_Rule):
    """One answer. `change` completes the sentence "If ...," when this answer would matter."""

    id: str
    label: str
    change: str


class Question(_Rule):
    """One question; options of a graded question stand in their order."""

    id: str
    text: str
    options: tuple[Option, ...]


class Signal(_Rule):
    """What some answers say about an approach.

    "for" decides for it, "supports" adds a reason only, "against" rules it out, "waits" says that
    it fits but not yet.
    """

    id: str
    when: dict[str, tuple[str, ...]]
    approach: Literal["tuning", "retrieval"]
    effect: Literal["for", "supports", "against", "waits"]
    reason: str


class Verdict(_Rule):
    """An answer of the adviser, and the states of tuning and retrieval that lead to it."""

    id: str
    tuning: tuple[Literal["yes", "no", "wait"], ...]
    retrieval: bool
    title: str
    summary: str
    steps: tuple[str, ...]


class Note(_Rule):
    """Something to add to certain verdicts."""

    when: dict[str, tuple[str, ...]]
    verdicts: tuple[str, ...]
    text: str


class Rules(_Rule):
    """The whole rule book. Loading fails where it contradicts itself or leaves a gap."""

    questions: tuple[Question, ...]
    signals: tuple[Signal, ...]
    verdicts: tuple[Verdict, ...]
    notes: tuple[Note, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = {question.id: {o.id for o in question.options} for question in self.questions}
        conditions = [s.when for s in self.signals] + [n.when for n in self.notes]
        for when in conditions:
            for question, options in when.items():
                unknown = set(options) - known.get(question, set())
                if unknown:
                    raise ValueError(f"no such answers to {question!r}: {sorted(unknown)}")
        names = {verdict.id for verdict in self.verdicts}
        for note in self.notes:
            if set(note.verdicts) - names:
                raise ValueError(f"no such verdicts: {sorted(set(note.verdicts) - names)}")
        for tuning in ("yes", "no", "wait"):
            for retrieval in (True, False):
                fitting = [
                    v for v in self.verdicts if tuning in v.tuning and v.retrieval is retrieval
                ]
                if len(fitting) != 1:
                    raise ValueError(f"{len(fitting)} verdicts for {tuning=}, {retrieval=}")
        return self


@cache
def load_rules() -> Rules:
    """Reads the rule book that ships with VoiceTune."""
    return Rules.model_validate_json((DATA / "adviser.json").read_bytes())
