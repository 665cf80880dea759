"""Deploying a tuned model at a place that serves by deployment, and naming it here."""

import streamlit as st

from voicetune.providers.profiles import Profile
from voicetune.runs.answering import name_deployment
from voicetune.ui import rooms
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.text import aside, escape, points, prose
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run


def draw_deployment(ws: Workspace, run: Run, profile: Profile) -> None:
    """Draws the steps from a trained model to one that answers, and the field for its name."""
    with st.container(border=True, key="deployment", gap="small"):
        if run.answers_as:
            prose(
                f":material/cloud_done: It answers as the deployment **{escape(run.answers_as)}**."
            )
        else:
            prose(":material/cloud_upload: **One step is left: deploy it.**")
            aside("The key alone cannot do that; the portal can, and takes a few minutes.")
        with st.expander("How to deploy it", expanded=not run.answers_as):
            _draw_steps(run, profile)
        typed = st.text_input(
            "The deployment's name",
            value=run.answers_as or "",
            key=f"deployment_{run.id}",
            width=420,
            placeholder="my-voice",
        )
        if (typed or "").strip() != (run.answers_as or ""):
            name_deployment(ws, run, typed or "")
            st.rerun()
        if run.answers_as:
            rooms.to_compare(run.dataset_id, run.id)


def _draw_steps(run: Run, profile: Profile) -> None:
    points(
        (
            f"Open the portal at {profile.keys_url}, and there your resource.",
            "Go to its fine-tuned models and choose the one named below.",
            "Choose “Deploy”, and a tier: see what each costs.",
            "Give the deployment a name, wait until it says “Succeeded”, and type that name here.",
        )
    )
    st.code(run.fine_tuned_model or "", language=None)
    for option in profile.serving.options:
        prose(f"**{escape(option.name)}**: {escape(option.note)}")
    if profile.serving.as_of:
        aside(
            f"As of {day_in_words(profile.serving.as_of)}, from "
            f"[its documentation]({profile.serving.source}). Look there before you pay."
        )
