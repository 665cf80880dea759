"""Whether training there is possible at all, said as soon as the place is chosen."""

import hashlib
from datetime import date

import streamlit as st

from voicetune.examples.intake import counted
from voicetune.providers.client import Place
from voicetune.providers.eligibility import Eligibility, eligibility, shutdown_of
from voicetune.providers.profiles import ModelProfile
from voicetune.runs.take_out import take_out
from voicetune.ui import places, session
from voicetune.ui.parts import address
from voicetune.ui.parts.dates import day_in_words
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.ui.train.where import PARAM

_KEPT = "_eligibility"


def draw_eligibility(place: Place) -> bool:
    """Draws what the place answers to this key; says whether it makes sense to go on.

    It is asked once a session for each key; "Ask again" asks anew.
    """
    if place.rehearsal:
        return True
    found = _asked(place)
    name = escape(place.profile.name)
    if found.state == "ready":
        prose(f":material/check_circle: {name} accepts this key and takes jobs from it.")
        return True
    if found.state == "new":
        return _draw_new(place)
    title = (
        f"{name} cannot be used yet"
        if found.state == "refused"
        else f"{name} does not train at this address"
    )
    trouble(title, escape(found.trouble))
    _draw_again(place)
    return False


def draw_shutdown(place: Place, model: ModelProfile) -> None:
    """Draws how long a model tuned now would answer, where the place itself says."""
    day = None if place.rehearsal else shutdown_of(_asked(place), model.id)
    if day is not None:
        aside(shutdown_in_words(place.profile.name, model.name, day, session.today()))


def shutdown_in_words(place: str, model: str, day: date, today: date) -> str:
    """Says when a model stops answering, by what its place says."""
    left = (day - today).days
    if left <= 0:
        return f"{place} says that {model} stopped answering on {day_in_words(day)}."
    return (
        f"{place} says that {model}, and what is tuned from it, stops answering on "
        f"{day_in_words(day)}: {counted(left, 'day')} from now."
    )


def draw_take_out(place_name: str) -> None:
    """Draws the way to take everything elsewhere, beside a place that ends."""
    with st.container(horizontal=True, vertical_alignment="center", key="take_out_row"):
        st.download_button(
            "Take everything with you (ZIP)",
            lambda: take_out(session.workspace()),
            file_name="voicetune.zip",
            mime="application/zip",
            icon=":material/archive:",
            on_click="ignore",
            key="take_out",
        )
        aside(
            f"Your examples, the exact files of each training and your conversations, whatever "
            f"becomes of {escape(place_name)}. No keys are in it."
        )


def _draw_new(place: Place) -> bool:
    name = escape(place.profile.name)
    others = [
        profile.name
        for profile in places.profiles().values()
        if profile.kind == "hosted" and profile.id != place.profile.id and not profile.closed_to
    ]
    with st.container(key="new_account"):
        st.warning(
            f"This account has never trained there, and {name} is closed to "
            f"{escape(place.profile.closed_to or '')}. It would take the upload and then refuse "
            f"the training. Train on this computer instead, or at {' or '.join(others)}.",
            title=f"{name} will almost surely refuse this account",
            icon=":material/block:",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Train on this computer", key="train_here", type="primary"):
                address.put(PARAM, "local")
                st.rerun()
            _draw_again(place)
            return st.toggle("Go on all the same", key=f"all_the_same_{place.profile.id}")


def _draw_again(place: Place) -> None:
    if st.button("Ask again", key="ask_eligibility", icon=":material/refresh:"):
        st.session_state.get(_KEPT, {}).pop(_name(place), None)
        st.rerun()


def _asked(place: Place) -> Eligibility:
    kept: dict[str, Eligibility] = st.session_state.setdefault(_KEPT, {})
    name = _name(place)
    if name not in kept:
        with st.spinner(f"Asking {escape(place.profile.name)} whether it takes your jobs"):
            kept[name] = eligibility(place)
    return kept[name]


def _name(place: Place) -> str:
    """Stands for a place and a key, without being the key."""
    digest = hashlib.sha256(place.api_key.encode()).hexdigest()
    return f"{place.profile.id} {place.base_url} {digest}"
