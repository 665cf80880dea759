"""The person's voices: where each stands, the next best step, and ways to begin one."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from voicetune.examples.checks import check_examples
from voicetune.examples.finding import Severity
from voicetune.examples.intake import counted
from voicetune.examples.writing import to_jsonl
from voicetune.ui import places, rooms
from voicetune.ui.parts import address
from voicetune.ui.parts.header import page_header
from voicetune.ui.parts.text import aside, escape, plain, prose, shortened
from voicetune.ui.samples import add_sample, free_name, sample_examples, samples
from voicetune.ui.session import workspace
from voicetune.ui.start.standing import Mark, next_step, way
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import (
    Dataset,
    create_dataset,
    delete_dataset,
    list_datasets,
    rename_dataset,
)
from voicetune.workspace.examples import list_examples
from voicetune.workspace.runs import Run, list_runs, run_file

_BADGES: dict[Mark, str] = {
    "done": ":green-badge[:material/check: {}]",
    "now": ":orange-badge[:material/arrow_forward: {}]",
    "later": ":gray-badge[{}]",
}


def draw() -> None:
    """Draws the view."""
    ws = workspace()
    voices = list_datasets(ws)
    if voices:
        page_header(
            "Your voices",
            "A [[voice]] is your set of examples, and the models trained on it.",
        )
        for voice in voices:
            _draw_voice(ws, voice, first=voice is voices[0])
        with st.expander("Begin another voice", icon=":material/add:"):
            _draw_own(ws)
            _draw_samples(ws, primary=False)
    else:
        page_header(
            "Teach a model to write like you",
            "Bring your posts, train a small model on this computer, and judge the result beside "
            "the original. No account, no key, and nothing you write leaves this machine."
            if places.local_engine_available()
            else "Bring your posts, mend what needs mending, train at a place of your choice, and "
            "judge the result beside the original.",
        )
        st.space("xsmall")
        _draw_samples(ws, primary=True)
        st.subheader("Or begin with your own texts", anchor=False)
        _draw_own(ws)
        st.button(
            "Not sure that tuning is the answer? Ask the adviser",
            key="to_adviser",
            icon=":material/help:",
            type="tertiary",
            on_click=_ask_adviser,
        )
    if not places.local_engine_available():
        aside(
            "This installation came without PyTorch, so the [[local engine]] is not offered: "
            "hosted places only. Install `requirements.txt` to train on this computer."
        )


def _ask_adviser() -> None:
    address.put("show", "advice")


def _draw_voice(ws: Workspace, voice: Dataset, *, first: bool) -> None:
    runs = list_runs(ws, voice.id, rehearsals=False)
    latest = next((run.id for run in runs if not run.on_pairs), None)
    errors, changed = _examined(ws, str(ws.engine.url), voice.id, voice.revision, latest)
    step = next_step(voice, errors, runs, changed=changed)
    with st.container(border=True, key=f"voice_{voice.id}", gap="small"):
        st.subheader(escape(voice.name), anchor=False)
        marks = " ".join(_BADGES[mark].format(room) for room, mark in way(voice, errors, runs))
        st.markdown(marks)
        prose(f"{_facts(voice, runs)} {step.sentence}".strip())
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            rooms.door(
                step.room,
                step.label,
                key=f"next_{voice.id}",
                primary=first,
                voice=voice.id,
                run=step.run_id,
            )
            chosen = st.menu_button(
                "More", ["Rename", "Delete"], key=f"voice_menu_{voice.id}", type="tertiary"
            )
    if chosen == "Rename":
        _rename(ws, voice)
    elif chosen == "Delete":
        _delete(ws, voice)


def _facts(voice: Dataset, runs: Sequence[Run]) -> str:
    if not voice.examples:
        return ""
    facts = counted(voice.included, "example")
    if voice.included < voice.examples:
        facts = f"{voice.included:,} of {counted(voice.examples, 'example')} included"
    tuned = sum(run.status == "succeeded" for run in runs)
    return f"{facts}, {counted(tuned, 'tuned model')}." if tuned else f"{facts}."


def _draw_samples(ws: Workspace, *, primary: bool) -> None:
    whole = [sample for sample in samples().values() if not sample.practice]
    with st.grid(2, min_column_width=320):
        for sample in whole:
            with st.container(border=True, height="stretch", key=f"sample_{sample.id}"):
                examples = sample_examples(sample.id)
                st.subheader(sample.name, anchor=False)
                prose(f"{sample.about} {counted(len(examples), 'example')}.")
                aside(f"Asked: {escape(examples[0].question)}")
                plain(shortened(examples[0].answer, 230))
                kind: Literal["primary", "secondary"] = (
                    "primary" if primary and sample is whole[0] else "secondary"
                )
                if st.button("Try it with this sample voice", key=f"try_{sample.id}", type=kind):
                    rooms.go(rooms.EXAMPLES, voice=add_sample(ws, sample.id))
    for sample in samples().values():
        if sample.practice and st.button(
            f"{sample.name}: {sample.about[0].lower()}{sample.about[1:-1]}",
            key=f"try_{sample.id}",
            type="tertiary",
            icon=":material/healing:",
        ):
            rooms.go(rooms.EXAMPLES, voice=add_sample(ws, sample.id))


def _draw_own(ws: Workspace) -> None:
    form = st.form("own_voice", border=False)
    with form, st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("What shall it be called?", placeholder="My LinkedIn voice", width=320)
        begin = st.form_submit_button("Begin an empty voice", key="begin_own")
    if begin:
        wanted = " ".join(name.split()) or "My voice"
        rooms.go(rooms.EXAMPLES, voice=create_dataset(ws, free_name(ws, wanted)))


@st.dialog("Rename this voice")
def _rename(ws: Workspace, voice: Dataset) -> None:
    name = st.text_input("Name", value=voice.name, key=f"rename_{voice.id}")
    if st.button("Rename", type="primary", disabled=not name.strip()):
        rename_dataset(ws, voice.id, " ".join(name.split()))
        st.rerun()


@st.dialog("Delete this voice")
def _delete(ws: Workspace, voice: Dataset) -> None:
    plain(voice.name)
    prose(
        f"{counted(voice.examples, 'example')} and all edits go with it, for good. Runs and the "
        "models trained on it stay."
    )
    with st.container(horizontal=True):
        if st.button("Delete for good", type="primary", key=f"delete_{voice.id}"):
            delete_dataset(ws, voice.id)
            st.rerun()
        if st.button("Keep it"):
            st.rerun()


@st.cache_data(show_spinner=False, max_entries=200)
def _examined(
    _ws: Workspace, address: str, dataset_id: int, revision: int, run_id: int | None
) -> tuple[int, bool]:
    """How many included examples cannot be trained on, and whether the run's were others."""
    included = [example for example in list_examples(_ws, dataset_id) if example.include]
    rows = {
        row
        for finding in check_examples(included)
        if finding.severity is Severity.ERROR
        for row in finding.rows
    }
    training = to_jsonl([example for example in included if example.split == "training"])
    changed = run_id is not None and run_file(_ws, run_id, "training") != training
    return len(rows), changed
