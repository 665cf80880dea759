"""The settings of a run, each recommended, each explained."""

import streamlit as st

from voicetune.providers.profiles import Profile
from voicetune.runs.launch import Settings
from voicetune.ui.glossary import tip
from voicetune.ui.parts.text import aside

LARGEST_BATCH = 256
LARGEST_SEED = 2**31 - 1


def choose_settings(profile: Profile, recommended_epochs: int) -> Settings:
    """Draws the settings and returns them; what is left at "recommended" is left to the place."""
    with st.expander("Settings", icon=":material/tune:"):
        aside("The recommended values are a good start. Change one at a time, and compare.")
        with st.grid(2, min_column_width=260, gap="medium"):
            epochs = st.number_input(
                f"Epochs (recommended: {recommended_epochs})",
                min_value=1,
                max_value=50,
                value=None,
                placeholder="Recommended",
                key="epochs",
                persist_state="session",
                help=tip("epoch"),
            )
            batch = st.number_input(
                "Batch size",
                min_value=1,
                max_value=LARGEST_BATCH,
                value=None,
                placeholder="Recommended",
                key="batch_size",
                persist_state="session",
                help=tip("batch size"),
            )
            rate = st.number_input(
                "Learning rate multiplier",
                min_value=0.05,
                max_value=10.0,
                value=None,
                step=0.1,
                placeholder="Recommended",
                key="learning_rate_multiplier",
                persist_state="session",
                help=tip("learning rate multiplier"),
            )
            suffix = st.text_input(
                "Suffix",
                max_chars=profile.limits.suffix_characters,
                placeholder="None",
                key="suffix",
                persist_state="session",
                help=tip("suffix"),
            )
            seed = (
                st.number_input(
                    "Seed",
                    min_value=0,
                    max_value=LARGEST_SEED,
                    value=None,
                    placeholder="Chosen for you",
                    key="seed",
                    persist_state="session",
                    help=tip("seed"),
                )
                if profile.supports.seed
                else None
            )
    return Settings(
        n_epochs=epochs or recommended_epochs,
        batch_size=batch,
        learning_rate_multiplier=rate,
        suffix=suffix.strip()[: profile.limits.suffix_characters],
        seed=seed,
    )
