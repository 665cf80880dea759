"""Loss and overfitting, with a real run to scrub through."""

from datetime import timedelta

import streamlit as st

from voicetune.home import DATA
from voicetune.training.eta import elapsed_in_words
from voicetune.training.reading import explain
from voicetune.training.recording import Recording, read_recording
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.loss_chart import loss_chart
from voicetune.ui.parts.text import aside, escape, prose, quote

RECORDING = DATA / "recorded_run.json"


def recorded_run() -> Recording | None:
    """Returns the recorded run that ships with VoiceTune."""
    return read_recording(RECORDING)


def loss() -> None:
    """Draws the page."""
    prose(
        "[[loss|Loss]] says how far the model's guess is from your words. It is measured twice. "
        "On the examples it learns from, it falls almost without end: that is [[loss|training "
        "loss]]. On the examples kept apart it falls while the model picks up your way of "
        "writing, and turns upwards once it starts to learn your texts by heart: that is "
        "[[validation loss]]. From there on it recites. The word for it is [[overfitting]].\n\n"
        "So the best model stands where validation loss is lowest, which need not be the end. "
        "Each [[epoch]] leaves a [[checkpoint]], so you can go back to it."
    )
    recording = recorded_run()
    if recording is not None:
        _scrub(recording)


def _scrub(recording: Recording) -> None:
    st.subheader("A real run, step by step", anchor=False)
    aside(
        f"{recording.model} learning the sample voice, {recording.training_examples} examples and "
        f"{recording.validation_examples} kept apart, {recording.epochs} epochs in "
        f"{elapsed_in_words(timedelta(seconds=recording.seconds))} on {recording.machine}. "
        f"Recorded {day_in_words(recording.recorded)}, nothing edited."
    )
    at = st.slider(
        "Go through the run", 1, len(recording.points), len(recording.points), key="scrub"
    )
    seen = recording.points[:at]
    loss_chart(seen, key="recorded_loss", whole=recording.points)
    prose(f"**How to read it here.** {explain(seen, final=at == len(recording.points))}")
    said = recording.said_at(seen[-1].epoch or 0)
    when = f"after epoch {said.epoch}" if said.epoch else "before training"
    left, right = st.columns(2)
    with left:
        quote(said.answer, f"The model {when}, asked: {escape(recording.question)}")
    with right:
        quote(recording.own_answer, "What the author wrote")
