"""What is known of a place, since when and from where: its dates, how it answers, who checked."""

from collections.abc import Mapping

import streamlit as st

from voicetune.cost.money import rate
from voicetune.examples.intake import counted
from voicetune.providers.profiles import ModelProfile, Profile
from voicetune.providers.standing import standing
from voicetune.ui import session
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, prose


def draw_facts(profile: Profile) -> None:
    """Draws when the place ends, how its models answer, and who checked all this."""
    _draw_dates(profile)
    afterwards = "**Afterwards.** " if profile.kind != "chat" else ""
    prose(f"{afterwards}{profile.serving.explanation}")
    if profile.serving.options:
        _draw_options(profile)
    if profile.trains and not profile.supports.dpo:
        aside("It learns from whole examples only, not from [[preference pair|preference pairs]].")
    aside(checked(profile))


def checked(profile: Profile) -> str:
    """Says what stands behind a profile, with its day."""
    day = day_in_words(profile.verified_on)
    if profile.verified == "live":
        return f"Tried on a running one on {day}."
    read = f"[documentation]({profile.source})" if profile.source else "documentation"
    lacking = "running one" if profile.kind == "chat" else "live account"
    return f"Checked on {day} against {profile.name}'s {read}, not against a {lacking}."


def draw_model_dates(model: ModelProfile) -> None:
    """Draws when a model may stop being trained or answering, where its place says."""
    if model.closes_from and model.serving_ends_from:
        aside(
            f"{model.name}: trained until {day_in_words(model.closes_from)} at least, answering "
            f"until {day_in_words(model.serving_ends_from)} at least. {model.dates_note or ''}"
        )


def _draw_dates(profile: Profile) -> None:
    now = standing(profile, session.today())
    if profile.closes_on is None or profile.serving_ends_on is None or profile.as_of is None:
        if profile.closed_to:
            st.warning(f"Closed to {profile.closed_to}.", icon=":material/event_busy:")
        return
    ends = day_in_words(profile.serving_ends_on)
    source = f"As of {day_in_words(profile.as_of)}: [its own page]({profile.source})."
    if not now.answers:
        trouble(
            f"{profile.name} no longer trains, and its tuned models have stopped",
            f"No new jobs since {day_in_words(profile.closes_on)}, no answers since {ends}. "
            f"Your examples are safe here: train them on this computer. {source}",
        )
    elif not now.trains:
        trouble(
            f"{profile.name} no longer trains",
            f"It has taken no new jobs since {day_in_words(profile.closes_on)}. Its tuned models "
            f"answer until {ends}, {counted(now.answering_days or 0, 'day')} from now. Your "
            f"examples are safe here: train them on this computer. {source}",
        )
    else:
        st.warning(
            f"No new jobs from {day_in_words(profile.closes_on)}, and tuned models stop answering "
            f"on {ends}, {counted(now.answering_days or 0, 'day')} from now. "
            + (f"Closed already to {profile.closed_to}. " if profile.closed_to else "")
            + source,
            title=f"{profile.name} stops training in {counted(now.training_days or 0, 'day')}",
            icon=":material/event_busy:",
        )


def _draw_options(profile: Profile) -> None:
    lines: Mapping[str, str] = {
        option.name: (
            f"{rate(option.per_hour, option.currency)} an hour. " if option.per_hour else ""
        )
        + option.note
        for option in profile.serving.options
    }
    prose("\n".join(f"- **{name}:** {line}" for name, line in lines.items()))
    if profile.serving.as_of:
        aside(
            f"As of {day_in_words(profile.serving.as_of)}, from [here]({profile.serving.source})."
        )
