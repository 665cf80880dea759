"""The settings of a run, each recommended, each explained."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from voicetune.providers.profiles import ModelProfile, Profile
from voicetune.runs.launch import Settings
from voicetune.ui.glossary import tip
from voicetune.ui.parts.text import aside
from voicetune.ui.train.method import Method

LARGEST_SEED = 2**31 - 1
MOST_EPOCHS = 50


def choose_settings(
    profile: Profile,
    model: ModelProfile,
    examples: int,
    method: Method | None = None,
    *,
    kept_apart: int = 0,
) -> Settings:
    """Draws the settings and returns them; what is left at "recommended" is left to the place.

    The epochs are an exception: they are always sent, since the bill counts on them.
    """
    method = method or Method()
    epochs = model.pair_epochs if method.on_pairs else model.epochs_for(examples)
    batch = model.batch_size_for(examples)
    rows = "pairs" if method.on_pairs else "examples"
    with st.expander(
        "Settings: epochs, batch size, steps, suffix, seed", icon=":material/tune:", key="settings"
    ):
        aside("The recommended values are a good start. Change one at a time, and compare.")
        with st.grid(2, min_column_width=280, gap="medium"):
            chosen_epochs = _setting(
                f"Epochs (recommended: {epochs})",
                "epoch",
                "How often the model goes through your pairs. More: it leans further, until it "
                "knows these pairs by heart."
                if method.on_pairs
                else "How often the model goes through your examples. More: closer to your words, "
                "until it repeats them.",
                key="pair_epochs" if method.on_pairs else "epochs",
                min_value=1,
                max_value=MOST_EPOCHS,
            )
            chosen_batch = _setting(
                f"Batch size (recommended: {batch})"
                if batch
                else "Batch size (recommended: chosen there)",
                "batch size",
                f"How many {rows} go into one step. Smaller: more steps, less even ones.",
                key="batch_size",
                min_value=profile.limits.smallest_batch,
                max_value=profile.limits.largest_batch,
            )
            rate, suffix, seed, beta = None, None, None, None
            if method.on_pairs:
                beta = _setting(
                    f"Beta (recommended: {model.beta or 'chosen there'})",
                    "beta",
                    "How closely it stays to the model it goes on from. Smaller: your pairs may "
                    "move it further, and sooner too far.",
                    key="beta",
                    min_value=0.01,
                    max_value=2.0,
                    step=0.05,
                )
            if profile.supports.learning_rate_multiplier:
                rate = _setting(
                    "Learning rate multiplier (recommended: 1)"
                    if profile.local
                    else "Learning rate multiplier (recommended: chosen there)",
                    "learning rate multiplier",
                    "How large each step is. Try 0.5 when the loss jumps about, 2 when it hardly "
                    "falls.",
                    key="learning_rate_multiplier",
                    min_value=0.05,
                    max_value=10.0,
                    step=0.1,
                )
            if profile.supports.suffix:
                suffix = _setting(
                    "Suffix (recommended: a word you will know again)",
                    "suffix",
                    "Becomes part of the model id. It changes nothing else.",
                    draw=st.text_input,
                    key="suffix",
                    max_chars=profile.limits.suffix_characters,
                    placeholder="None",
                )
            if profile.supports.seed:
                seed = _setting(
                    "Seed (recommended: chosen for you)",
                    "seed",
                    "Give the same number twice, and the same examples train the same way twice.",
                    key="seed",
                    min_value=0,
                    max_value=LARGEST_SEED,
                )
        early = False
        if profile.supports.early_stopping and kept_apart:
            early = st.toggle(
                "Stop when it no longer gets better, and keep the best epoch",
                value=True,
                key="early_stopping",
                persist_state="session",
                help=tip("early stopping"),
            )
            aside(
                f"After each epoch the model is tried on the {rows} kept apart; the one that did "
                "best there becomes yours."
            )
    return Settings(
        n_epochs=chosen_epochs or epochs,
        batch_size=chosen_batch,
        learning_rate_multiplier=rate,
        suffix=(suffix or "").strip()[: profile.limits.suffix_characters],
        seed=seed,
        method="dpo" if method.on_pairs else "supervised",
        goes_on_from=method.goes_on_from,
        beta=beta,
        early_stopping=early,
    )


def _setting(
    label: str,
    term: str,
    explanation: str,
    *,
    key: str,
    draw: Callable[..., Any] = st.number_input,
    placeholder: str = "Recommended",
    **limits: Any,
) -> Any:
    """Draws one setting that may be left open, with what it does right below it."""
    with st.container(gap="xxsmall"):
        value = draw(
            label,
            value=None,
            placeholder=placeholder,
            key=key,
            persist_state="session",
            help=tip(term),
            **limits,
        )
        aside(explanation)
    return value
