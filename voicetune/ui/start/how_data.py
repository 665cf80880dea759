"""Training data: what it looks like, and what makes it good, shown on real rows."""

import streamlit as st

from voicetune.examples.checks import CODES, check_set
from voicetune.examples.example import Example, to_line
from voicetune.examples.finding import Finding
from voicetune.ui.parts.text import aside, escape, plain, points, prose, quote, shortened
from voicetune.ui.parts.voices import chosen_voice
from voicetune.ui.samples import sample_examples
from voicetune.ui.session import workspace
from voicetune.workspace.datasets import list_datasets
from voicetune.workspace.examples import list_examples

GOOD, OTHER, FLAWED = "hiring_manager", "nursery_owner", "flawed"


def looks() -> None:
    """Draws the page on what training data looks like, on the person's own rows if any."""
    prose(
        "An [[example]] is a conversation: somebody asks, you answer. Before it stands the "
        "[[system message]], the same in every example. The model learns the answers; the rest is "
        "what it is given to read."
    )
    example, whose = _row()
    with st.container(border=True, key="row_as_talk"):
        aside(f"An example of {whose}")
        for caption, text in (
            ("System", example.system),
            ("User", example.question),
            ("Assistant", example.answer),
        ):
            if text:
                st.caption(caption)
                plain(text)
    prose(
        "A program reads the same thing as one line of a [[JSONL]] file. You never have to write "
        "it: VoiceTune makes it, and shows it before anything is sent."
    )
    st.code(to_line(example), language=None, wrap_lines=True)


def good_and_bad() -> None:
    """Draws the page on good and bad data, with rows of the samples and the real checks."""
    good, other = sample_examples(GOOD), sample_examples(OTHER)
    prose(
        "Fifty careful examples beat five hundred careless ones: the model copies whatever it is "
        "shown, slips included."
    )
    st.subheader("Good: many questions, one voice", anchor=False)
    prose("The questions go everywhere. The answers could only come from one person.")
    with st.grid(3, min_column_width=220):
        for example in (good[1], good[40], good[80]):
            _draw_short(example)
    st.subheader("Inconsistent: two voices in one set", anchor=False)
    prose(
        "Each of these is good by itself. Together they teach the middle of the two, which is "
        "nobody. Keep different ways of writing in different voices."
    )
    with st.grid(2, min_column_width=260):
        for example in (good[4], other[0]):
            _draw_short(example)
    flawed = sample_examples(FLAWED)
    findings = check_set(flawed)
    st.subheader("Too similar: the same thing again", anchor=False)
    prose("What stands there twice counts twice, and leaves less room for everything else.")
    _draw_flaws(flawed, findings, ("near-duplicate", "exact-duplicate"))
    st.subheader("Low quality: what you would not send", anchor=False)
    prose("Blanks nobody filled in, phrases of a chat program, an answer that is not there.")
    _draw_flaws(flawed, findings, ("template-slot", "ai-leftover", "no-assistant"))
    st.subheader("In short", anchor=False)
    points(
        (
            "Ten examples are the least, a hundred a good start, five hundred ideal.",
            "Ask what your readers ask, in their words.",
            "One voice, one system message.",
            "Read every answer once. If you would not sign it, leave it out.",
        )
    )


def _row() -> tuple[Example, str]:
    ws = workspace()
    voice = chosen_voice(list_datasets(ws))
    if voice is not None:
        own = [e for e in list_examples(ws, voice.id, limit=20) if e.question and e.answer]
        if own:
            return own[0], escape(voice.name)
    return sample_examples(GOOD)[2], "a sample voice"


def _draw_short(example: Example, length: int = 260) -> None:
    quote(shortened(example.answer, length), escape(example.question))


def _draw_flaws(
    examples: tuple[Example, ...], findings: list[Finding], codes: tuple[str, ...]
) -> None:
    for code in codes:
        finding = next(finding for finding in findings if finding.code == code)
        with st.container(border=True, gap="xsmall", key=f"flaw_{code}"):
            for row in finding.rows[:2]:
                example = examples[row]
                asks = code in ("near-duplicate", "exact-duplicate", "no-assistant")
                plain(example.question if asks else shortened(example.answer, 160))
            prose(f":orange-badge[:material/flag: {CODES[code].label}] {escape(finding.message)}")
