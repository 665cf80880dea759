"""What was asked before, the newest first, with the person's own answer where there is one."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st

from voicetune.examples.example import Example
from voicetune.ui.compare.corners import SIDES
from voicetune.ui.compare.preferring import draw_better, draw_kept, makes_pair, origin_of
from voicetune.ui.parts.text import aside, escape, plain, prose
from voicetune.workspace import chats
from voicetune.workspace.chats import Answer, Turn
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.examples import examples_from

SHOWN = 10
LIVE_SECONDS = 5.0
"""An answer that streams is saved every second; one that was not for so long is over."""
SECONDS_BETWEEN = 0.5


def draw_history(
    ws: Workspace,
    run_id: int | None,
    turns: Sequence[Turn],
    own: Mapping[str, str],
    names: Mapping[str, str],
    voice: Dataset | None,
) -> None:
    """Draws the turns; `own` has the person's answers by question, `names` the models' names.

    With a `voice`, whose answer is better can be said, and is kept in its set.
    """
    shown = SHOWN * (1 + st.session_state.get("_history_pages", 0))
    latest = list(reversed(turns))[:shown]
    origins = [origin_of(turn) for turn in latest]
    pairs = examples_from(ws, voice.id, origins) if voice else {}
    for turn in latest:
        offered = voice if makes_pair(turn) else None
        _draw_turn(ws, turn, own.get(turn.question), names, offered, pairs.get(origin_of(turn)))
    if any(_live(answer) for turn in turns for answer in turn.answers.values()):
        st.fragment(_wait_for_answers, run_every=SECONDS_BETWEEN)(ws, run_id)
    if len(turns) > shown and st.button("Show earlier questions", type="tertiary"):
        st.session_state["_history_pages"] = st.session_state.get("_history_pages", 0) + 1
        st.rerun()


def _wait_for_answers(ws: Workspace, run_id: int | None) -> None:
    """Draws the page anew once no answer is being written any more.

    After Stop, Streamlit starts the page before the run of it that was stopped has put down its
    last words; and another tab may be asking.
    """
    turns = chats.list_turns(ws, run_id)
    if not any(_live(answer) for turn in turns for answer in turn.answers.values()):
        st.rerun()


def _live(answer: Answer) -> bool:
    age = datetime.now(UTC) - answer.updated
    return answer.state == "streaming" and age.total_seconds() < LIVE_SECONDS


def _draw_turn(
    ws: Workspace,
    turn: Turn,
    own: str | None,
    names: Mapping[str, str],
    voice: Dataset | None,
    pair: Example | None,
) -> None:
    with st.container(key=f"turn_{turn.id}", gap="small"):
        with st.container(gap="xxsmall"):
            prose("**You asked**")
            plain(turn.question)
        columns = st.columns(2, gap="medium", border=True)
        for side, column in zip(SIDES, columns, strict=True):
            answer = turn.answers.get(side)
            if answer:
                with column:
                    _draw_answer(answer, names)
                    if pair is not None and pair.answer == answer.answer:
                        st.badge("better", icon=":material/thumb_up:", color="green")
                    elif voice is not None and pair is None:
                        draw_better(ws, voice, turn, side)
        if voice is not None and pair is not None:
            draw_kept(ws, voice, turn, pair)
        if own:
            with st.expander("Your own answer", icon=":material/person:", key=f"own_{turn.id}"):
                plain(own)
        if turn.system is None and any(turn.answers.values()):
            aside("Asked without the [[system message]].")
        st.space("small")


def _draw_answer(answer: Answer, names: Mapping[str, str]) -> None:
    st.caption(escape(names.get(answer.model, answer.model)))
    if answer.answer:
        plain(answer.answer)
    if answer.state == "failed":
        prose(f":material/error: {escape(answer.message)}")
    elif _live(answer):
        aside("Still being written.")
    elif answer.state in ("stopped", "streaming"):
        aside("Stopped here." if answer.answer else "Stopped before the first word.")
    elif not answer.answer:
        aside("The model answered with nothing.")
    elif answer.message:
        aside(escape(answer.message))
    if facts := _facts(answer):
        st.caption(facts)


def _facts(answer: Answer) -> str:
    facts = []
    if answer.tokens is not None:
        facts.append(f"{answer.tokens:,} tokens")
    if answer.seconds:
        facts.append(f"{answer.seconds:.1f} seconds")
    if answer.first_token_seconds is not None:
        facts.append(f"first word after {answer.first_token_seconds:.1f} s")
    return " · ".join(facts)
