"""One dialog that repeats what is about to happen, and one launch however often it is pressed."""

import streamlit as st

from voicetune.cost.estimate import Estimate
from voicetune.cost.money import money, typed_amount
from voicetune.cost.spent import frozen
from voicetune.examples.intake import counted
from voicetune.runs.launch import NotReadyError, Settings, launch, prepare
from voicetune.runs.spending import over_budget
from voicetune.ui import rooms
from voicetune.ui.background import wake
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.ui.places import lend
from voicetune.ui.progress.runs_list import run_name
from voicetune.ui.session import workspace
from voicetune.ui.train.bill import summary
from voicetune.ui.train.choice import Choice
from voicetune.ui.train.leaving import draw_leaving
from voicetune.ui.train.method import Method
from voicetune.ui.train.readiness import Readiness
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset


@st.dialog("Start training?")
def confirm(
    voice: Dataset,
    choice: Choice,
    settings: Settings,
    ready: Readiness,
    bill: Estimate,
    key: str,
    method: Method,
) -> None:
    """Asks once more; on yes launches the run and leaves for Progress.

    `key` was made when the dialog opened, so that a second click finds the run of the first.
    """
    ws = workspace()
    what = "preference pair" if method.on_pairs else "example"
    prose(
        f"**{escape(voice.name)}**: {counted(ready.training, what)} to train on, "
        f"{counted(ready.validation, what)} kept apart, {counted(bill.epochs, 'epoch')}, "
        f"{counted(bill.billed_tokens, 'token')}."
    )
    prose(f"**{choice.profile.name}**, {escape(choice.model.name)}: {summary(choice, bill)}.")
    if method.on_pairs:
        base = "the base model"
        prose(f"It goes on from {run_name(method.start) if method.start else base}.")
    if others := _others(settings):
        prose(others)
    draw_leaving(ws, voice, choice, on_pairs=method.on_pairs)
    aside("They are frozen for this run: later edits do not change it.")
    allowed = _money_allowed(ws, voice, choice, bill)
    with st.container(horizontal=True):
        start = st.button(
            "Start training", type="primary", key="start_training", disabled=not allowed
        )
        if st.button("Not yet", key="not_yet"):
            st.rerun()
    if not start:
        return
    try:
        run = prepare(
            ws,
            voice.id,
            choice.place,
            choice.model.id,
            settings,
            key,
            estimate=frozen(bill, None if choice.profile.free else choice.model.prices),
        )
    except NotReadyError as error:
        trouble("Not ready to train", str(error))
        return
    lend(run.id, choice.place)
    with st.spinner("Handing your examples over"):
        run = launch(ws, run, choice.place)
    wake()
    rooms.go(rooms.PROGRESS, voice=voice.id, run=run.id)


def _money_allowed(ws: Workspace, voice: Dataset, choice: Choice, bill: Estimate) -> bool:
    """Asks for what a launch above the budget, or at an unknown price, needs; says if it is there.

    Typing the amount takes a moment longer than a click: long enough to read it.
    """
    if choice.profile.free or choice.place.rehearsal:
        return True
    if bill.training is None or bill.currency is None:
        return st.checkbox("I have looked up what this costs there", key="price_looked_up")
    above = over_budget(ws, voice.id, bill.training, bill.currency)
    if above is None:
        return True
    amount = money(bill.training, bill.currency).removeprefix("under ")
    st.warning(escape(above), title="Above your budget", icon=":material/savings:")
    shown = amount.replace("$", r"\$")
    typed = st.text_input(f"Type {shown} to start all the same", key="typed_amount")
    return typed_amount(typed or "") == typed_amount(amount)


def _others(settings: Settings) -> str:
    """The settings that are not as recommended, in words."""
    chosen = {
        "batch size": settings.batch_size,
        "learning rate multiplier": settings.learning_rate_multiplier,
        "beta": settings.beta,
        "suffix": escape(settings.suffix) or None,
        "seed": settings.seed,
    }
    words = [f"{name} {value}" for name, value in chosen.items() if value is not None]
    return f"With {', '.join(words)}." if words else ""
