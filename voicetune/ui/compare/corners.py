"""Which two models stand side by side: chosen on the page, kept in its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from voicetune.compare.contender import Contender, base_contender, run_contenders
from voicetune.runs.answering import answers_at, checkpoints_answer, model_that_answers
from voicetune.runs.watch import points_of
from voicetune.ui import places
from voicetune.ui.compare.served import at_its_server
from voicetune.ui.parts import address
from voicetune.ui.parts.held import held
from voicetune.ui.parts.text import escape
from voicetune.ui.session import rehearsing
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.reports import list_checkpoints
from voicetune.workspace.runs import Run, list_runs

SIDES = ("left", "right")
TITLES = {"left": "Left", "right": "Right"}


@dataclass(frozen=True, slots=True)
class Corners:
    """The two contenders, and the run whose voice they are compared for.

    Without a run both are models of places that only answer.
    """

    left: Contender
    right: Contender
    run: Run | None

    @property
    def run_id(self) -> int | None:
        """The run whose conversation this is; None for the one that belongs to no run."""
        return self.run.id if self.run else None

    @property
    def models(self) -> dict[str, str]:
        """The model of each side."""
        return {"left": self.left.model, "right": self.right.model}


def finished_runs(ws: Workspace, voice: Dataset) -> list[Run]:
    """Returns the runs that made a model or a checkpoint to talk to, this voice's first.

    Rehearsals are there only while their place is rehearsed, and nothing else of it then.
    """
    played = rehearsing()
    runs = [
        run
        for run in list_runs(ws)
        if (profile := places.profiles().get(run.place))
        and answers_at(run) in places.profiles()
        and run.rehearsal == (run.place == played)
        and (
            model_that_answers(run, profile)
            or run.served_at in places.profiles()
            or (
                checkpoints_answer(run, profile)
                and any(c.available and c.model for c in list_checkpoints(ws, run.id))
            )
        )
    ]
    return sorted(runs, key=lambda run: run.dataset_id != voice.id)


def choose_corners(ws: Workspace, runs: Sequence[Run], guests: Sequence[Contender]) -> Corners:
    """Draws the two choices and returns what they hold.

    `runs` are of one place, those of the voice at hand first; its latest finished model is
    compared unless the address names another. `guests` are models of other places; without runs
    the first two of them are compared.
    """
    if not runs:
        left, right = _choose(guests, {"left": guests[0].key, "right": guests[-1].key})
        return Corners(left, right, None)
    contenders = _contenders(ws, runs)
    listed = {contender.model for contender in contenders}
    guests = [each for each in guests if each.place != runs[0].place or each.model not in listed]
    asked_run = address.asked("run")
    tuned = [c for c in contenders if c.kind != "base"]
    own = {run.id for run in runs if run.dataset_id == runs[0].dataset_id}
    whole = next((c for c in tuned if c.kind == "tuned" and c.run_id in own), tuned[0])
    right = next((c for c in tuned if str(c.run_id) == asked_run), whole)
    run_of_right = next(run for run in runs if run.id == right.run_id)
    start = run_of_right.starts_from if run_of_right.starts_from in listed else run_of_right.model
    standard = {"left": start, "right": right.key}
    left, right = _choose([*contenders, *guests], standard)
    tuned_run = right.run_id or left.run_id
    run = next((run for run in runs if run.id == tuned_run), run_of_right)
    return Corners(left, right, run)


def _choose(
    contenders: Sequence[Contender], standard: Mapping[str, str]
) -> tuple[Contender, Contender]:
    """Draws the two choices; `standard` has the key of each side's usual contender."""
    by_key = {contender.key: contender for contender in contenders}
    columns = st.columns(2, gap="medium")
    for side, column in zip(SIDES, columns, strict=True):
        asked = address.asked(side, standard[side])
        shown = asked if asked in by_key else standard[side]
        with column:
            st.selectbox(
                TITLES[side],
                list(by_key),
                format_func=lambda each: by_key[each].name,
                **held(f"corner_{side}", shown, _write, side),
            )
    left, right = (by_key[st.session_state[f"corner_{side}"]] for side in SIDES)
    return left, right


def model_name(contender: Contender) -> str:
    """Returns the contender's name for a place that reads Markdown."""
    return escape(contender.name)


def _contenders(ws: Workspace, runs: Sequence[Run]) -> list[Contender]:
    bases: dict[str, Contender] = {}
    rest: list[Contender] = []
    for run in runs:
        profile = places.profiles()[run.place]
        profile_model = places.model_of(profile, run.model)
        name = profile_model.name if profile_model else run.model
        bases.setdefault(run.model, base_contender(run.model, name))
        checkpoints = list_checkpoints(ws, run.id) if checkpoints_answer(run, profile) else []
        epochs = {p.step: p.epoch for p in points_of(ws, run) if p.epoch is not None}
        voice = f"{run.dataset_name}, run {run.id}" + " on preferences" * run.on_pairs
        served = run.served_at in places.profiles()
        tuned = run.served_as if served else model_that_answers(run, profile)
        found = run_contenders(run.id, voice, tuned, checkpoints, epochs)
        if served:
            found[0] = at_its_server(found[0], run)
        rest += found
    return [*bases.values(), *rest]


def _write(side: str) -> None:
    address.put(side, st.session_state[f"corner_{side}"])
