"""Opening an adapter that was trained elsewhere, from its ZIP, on this computer."""

from pathlib import PurePath

import streamlit as st

from voicetune.providers.client import Place
from voicetune.providers.engine_state import local_models
from voicetune.runs.adapter import AdapterError, named_base, open_archive
from voicetune.ui import session
from voicetune.ui.parts import address
from voicetune.ui.parts.states import trouble
from voicetune.ui.parts.text import aside, escape, prose


def draw_opening() -> None:
    """Draws the way from an adapter's ZIP to a model that answers here."""
    local = session.local_place()
    with st.expander("Open an adapter (ZIP)", icon=":material/folder_zip:", key="opening"):
        prose(
            "An [[adapter]] of another VoiceTune, or one that PEFT saved elsewhere: a ZIP with "
            "`adapter_config.json` and `adapter_model.safetensors`. Its base model has to be on "
            "this computer."
        )
        if local is None:
            aside("For that, the engine on this computer must be running.")
            return
        file = st.file_uploader("The adapter's ZIP", type="zip", key="adapter_zip")
        if file is not None:
            _draw_opening(local, file.name, file.getvalue())


def _draw_opening(local: Place, name: str, archive: bytes) -> None:
    from openai import OpenAIError

    try:
        bases = {model.id: model.name for model in local_models(local)}
    except OpenAIError:
        aside("The engine on this computer does not answer now. Look again in a moment.")
        return
    named = named_base(archive)
    if named and named not in bases:
        aside(
            f"It says that it was made for {escape(named)}, which is not on this computer under "
            "that name."
        )
    ids = list(bases)
    base = st.selectbox(
        "Its base model",
        ids,
        index=ids.index(named) if named in bases else 0,
        format_func=bases.__getitem__,
        key="adapter_base",
    )
    if not st.button("Open it", key="open_adapter", icon=":material/folder_open:"):
        return
    try:
        with st.spinner("Checking it against its base model"):
            opened = open_archive(local, base, PurePath(name).stem, archive)
    except AdapterError as error:
        trouble("It was not opened", escape(str(error)))
        return
    st.toast(f"{escape(opened)} is open and can be chosen.", icon=":material/check_circle:")
    address.put("right", f"{local.profile.id}/{opened}")
    st.rerun()
