"""Rehearsing a paid place: the way in, the mark on every page, the way out."""

import streamlit as st

from voicetune.providers.profiles import Profile
from voicetune.ui import places, session
from voicetune.ui.parts.text import aside, prose

BADGE = ":violet-badge[:material/theater_comedy: Rehearsal]"


def draw_mark() -> None:
    """Draws, on every page, that a place is being rehearsed, with the way to end it."""
    profile = places.profiles().get(session.rehearsing())
    if profile is None:
        return
    with st.container(
        border=True, key="rehearsal_mark", horizontal=True, vertical_alignment="center"
    ):
        prose(
            f"{BADGE} **{profile.name} is only played here.** Nothing is sent to it, nothing is "
            "paid, and no figure or answer of it is a result."
        )
        if st.button("End the rehearsal", key="end_rehearsal", icon=":material/close:"):
            session.rehearse("")
            st.rerun()


def offer_rehearsal(profile: Profile) -> None:
    """Draws the way to walk through a paid place without paying."""
    if session.rehearsing() == profile.id:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="rehearsal_offer"):
        if st.button(
            "Rehearse this place without paying", key="rehearse", icon=":material/theater_comedy:"
        ):
            session.rehearse(profile.id)
            st.rerun()
        aside("The whole way, from the upload to the answers, played on this computer.")
