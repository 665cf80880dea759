"""Both answers at once: drawn as they stream, kept in the workspace as far as they came."""

import time
from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from voicetune.compare.streams import Answer, Merged, merge
from voicetune.providers.client import Place
from voicetune.providers.errors import explain
from voicetune.runs.answers import AnswerStream
from voicetune.ui.compare.composer import Question
from voicetune.ui.compare.corners import SIDES, Corners, model_name
from voicetune.ui.parts.text import plain, prose
from voicetune.workspace import chats
from voicetune.workspace.chats import Turn
from voicetune.workspace.database import Workspace

THINKING = ":shimmer[Thinking]"
REDRAW_SECONDS = 0.06
SAVE_SECONDS = 1.0
PULSE_SECONDS = 0.25
REMEMBERED = 4
"""How many turns a follow-up sends along: small models have a short memory."""


def stream_both(
    ws: Workspace,
    places: Mapping[str, Place],
    corners: Corners,
    question: Question,
    turns: Sequence[Turn],
) -> None:
    """Asks both sides, each at its place, and draws the answers as they come; then starts anew.

    Whatever ends it (Stop, another click, a closed browser), what came is kept.
    """
    turn_id = chats.add_turn(
        ws,
        corners.run_id,
        question.text,
        corners.models,
        system=question.system,
        follow_up=question.follow_up,
    )
    slots = _draw_frame(corners, question.text)
    streams = {
        side: partial(
            AnswerStream,
            places[side],
            model,
            _messages(question, turns, side, corners.models),
            **question.options,
        )
        for side, model in corners.models.items()
    }
    merged = merge(streams, pulse=PULSE_SECONDS)
    drawn = saved = 0.0
    try:
        for _ in merged:
            moment = time.monotonic()
            if moment - drawn >= REDRAW_SECONDS:
                _redraw(slots, merged)
                drawn = moment
            if moment - saved >= SAVE_SECONDS:
                _save(ws, turn_id, merged, places)
                saved = moment
    finally:
        merged.close()
        _save(ws, turn_id, merged, places)
    st.rerun()


def _messages(
    question: Question, turns: Sequence[Turn], side: str, models: Mapping[str, str]
) -> list[dict[str, str]]:
    messages = [{"role": "system", "content": question.system}] if question.system else []
    if question.follow_up:
        for turn in turns[-REMEMBERED:]:
            answer = turn.answers.get(side)
            if answer and answer.answer and answer.model == models[side]:
                messages += [
                    {"role": "user", "content": turn.question},
                    {"role": "assistant", "content": answer.answer},
                ]
    return [*messages, {"role": "user", "content": question.text}]


def _draw_frame(corners: Corners, text: str) -> dict[str, DeltaGenerator]:
    with st.container(key="asking", gap="small"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            with st.container(gap="xxsmall"):
                prose("**You asked**")
                plain(text)
            # Pressing it starts the page anew, which ends this run of it where it stands.
            st.button("Stop", key="stop_answers", icon=":material/stop_circle:")
        columns = st.columns(2, gap="medium", border=True)
    slots = {}
    for side, column in zip(SIDES, columns, strict=True):
        with column:
            st.caption(model_name(corners.left if side == "left" else corners.right))
            slots[side] = st.empty()
            slots[side].markdown(THINKING)
    return slots


def _redraw(slots: Mapping[str, DeltaGenerator], merged: Merged) -> None:
    for side, answer in merged.answers.items():
        if answer.text:
            slots[side].text(answer.text, width="stretch")
        elif not answer.over:
            # Says nothing new, but drawing is where Streamlit notices a press on Stop.
            slots[side].markdown(THINKING)


def _save(ws: Workspace, turn_id: int, merged: Merged, places: Mapping[str, Place]) -> None:
    for side, answer in merged.answers.items():
        chats.save_answer(
            ws,
            turn_id,
            side,
            answer.text,
            state=_state(answer),
            message=_remark(answer, places[side]),
            tokens=answer.completion_tokens,
            seconds=answer.seconds,
            first_token_seconds=answer.first_after,
        )


def _remark(answer: Answer, place: Place) -> str:
    if answer.error:
        return explain(answer.error, place)
    if answer.finish_reason == "length":
        return "Cut here: it reached the longest answer you allow, see Settings."
    return ""


def _state(answer: Answer) -> str:
    return answer.state if answer.over else "streaming"
