"""Having a finished run answer through another server, and taking that back."""

import streamlit as st

from voicetune.providers.addresses import address_of, complete, is_near, is_url
from voicetune.providers.client import Place
from voicetune.providers.profiles import Profile
from voicetune.runs.answering import model_that_answers
from voicetune.runs.serving import ServingError, check, serve_at, servers, take_back
from voicetune.ui import places, rooms, session
from voicetune.ui.parts.keys import ask_for_key, offer_to_forget_key
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, prose
from voicetune.workspace.connections import typed_address
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run

NAME = "voice"
"""What the adapter's README calls the model."""


def draw_serving(ws: Workspace, run: Run, home: Profile) -> None:
    """Draws where the run's model is asked instead of its place, or the way to have it so.

    `home` is the profile of the place that trained it.
    """
    if run.served_at in places.profiles():
        # Where it answers at home too, the door to Compare stands above.
        door = bool(run.answers_as) or not model_that_answers(run, home)
        _draw_served(ws, run, places.profiles()[run.served_at], door=door)
        return
    with st.expander("Answer through another server", icon=":material/dns:", key="serving"):
        prose(
            "For many readers, or a larger graphics card: start the [[adapter]] in vLLM, Ollama, "
            "llama.cpp or any server that speaks OpenAI's format. The README in its ZIP has the "
            "commands; the ZIP is in Compare, under “Take it with you”. Then say here where it "
            "runs, and Compare asks it there."
        )
        choices = servers(places.profiles())
        names = {profile.id: profile.name for profile in choices}
        chosen = st.selectbox(
            "What runs it",
            list(names),
            format_func=names.__getitem__,
            key="serving_kind",
            width=420,
        )
        profile = places.profiles()[chosen]
        place = _ask_where(ws, profile)
        name = st.text_input("The model's name there", value=NAME, key="serving_name", width=420)
        with st.container(horizontal=True, gap="small"):
            asked = st.button("Ask it there", key="serve", icon=":material/dns:")
            _draw_key(profile)
        if not asked:
            return
        if place is None:
            aside("Put in its address first.")
            return
        try:
            with st.spinner("Asking it for its models"):
                serve_at(ws, run, place, (name or "").strip())
        except ServingError as error:
            trouble("It stays where it is", escape(str(error)))
            return
        st.rerun()


def _draw_served(ws: Workspace, run: Run, profile: Profile, *, door: bool) -> None:
    name, address = run.served_as or "", run.served_url or ""
    with st.container(border=True, key="served", gap="small"):
        prose(
            f":material/dns: **It answers through another server**, as **{escape(name)}** at "
            f"{escape(address)} ({escape(profile.name)})."
        )
        place = session.serving_place(run)
        with st.container(horizontal=True, gap="small"):
            if door:
                rooms.to_compare(run.dataset_id, run.id)
            looked = place is not None and st.button(
                "See whether it answers", key="serving_check", icon=":material/refresh:"
            )
            if st.button("Take it back", key="take_back", icon=":material/undo:"):
                take_back(ws, run)
                st.rerun()
            _draw_key(profile)
        if place is not None and looked:
            _look(place, name)


def _look(place: Place, name: str) -> None:
    try:
        check(place, name)
    except ServingError as error:
        trouble("It does not answer now", escape(str(error)))
        return
    prose(f":material/check_circle: It is there, and has **{escape(name)}**.")


def _ask_where(ws: Workspace, profile: Profile) -> Place | None:
    """Draws the field for the server's address and returns the server; None while it lacks one."""
    address = profile.address
    if address is None:
        return session.place(profile.id)
    typed = st.text_input(
        address.label,
        value=typed_address(ws, profile.id) or address_of(profile),
        placeholder=address.example,
        key=f"serving_address_{profile.id}",
        type="url",
        width=420,
    )
    whole = complete(profile, typed) if typed and typed.strip() else ""
    if whole and not is_url(whole):
        trouble("This is no address", f"It should look like {escape(address.example)}.")
        return None
    if whole.startswith("http://") and not is_near(whole):
        aside("This address is not encrypted (http): what is sent can be read on the way.")
    return places.place_of(profile.id, session.key_of(profile.id), whole) if whole else None


def _draw_key(profile: Profile) -> None:
    if session.has_typed_key(profile.id):
        offer_to_forget_key(profile)
    elif profile.api_key_env and not session.key_of(profile.id):
        with st.popover("It asks for a key", icon=":material/key:"):
            ask_for_key(profile)
