"""Take it with you: the model id, calls ready to copy, and the adapter itself."""

from functools import partial

import streamlit as st

from voicetune.compare.take_away import Call, curl_snippet, env_lines, python_snippet
from voicetune.providers.adapters import adapter_archive
from voicetune.providers.client import Place
from voicetune.ui.compare.corners import Corners, model_name
from voicetune.ui.compare.served import place_of
from voicetune.ui.parts.text import aside, prose

LOCAL_KEY = "VOICETUNE_TOKEN"
ANY_KEY = "OPENAI_API_KEY"


def draw_take_home(place: Place, corners: Corners) -> None:
    """Draws what it takes to use the tuned model elsewhere."""
    own = [each for each in (corners.right, corners.left) if each.kind != "guest"]
    chosen = next((each for each in own if each.kind != "base"), corners.right)
    if chosen.kind in ("base", "guest"):
        return
    st.subheader("Take it with you", anchor=False)
    prose(f"{model_name(chosen)}. Its [[model id]]:")
    st.code(chosen.model, language=None)
    at = place_of(chosen, place) or place
    profile = at.profile
    call = Call(
        model=chosen.model,
        base_url=at.base_url,
        key_name=profile.api_key_env or (LOCAL_KEY if profile.local else ANY_KEY),
        system=corners.run.system if corners.run else None,
    )
    with st.expander("Use it from a program", icon=":material/code:"):
        python, curl, env = st.tabs(["Python", "curl", ".env"])
        python.code(python_snippet(call), language="python")
        curl.code(curl_snippet(call), language="bash")
        env.code(env_lines(call), language="bash")
        if profile.local:
            aside(
                "The address holds while VoiceTune runs, and changes when it starts anew. The "
                f"token for {LOCAL_KEY} is in the file `engine/token` of VoiceTune's folder. "
                "`python -m voicetune engine` runs the engine alone."
            )
        else:
            aside(f"The key is yours and is read from {call.key_name}; it is not written here.")
    trained: str | None = chosen.model
    if chosen.place and corners.run:  # under the name that the engine knows it by
        trained = corners.run.answers_as or corners.run.fine_tuned_model
    an_engine = place.profile.kind in ("engine", "server")
    if an_engine and place.profile.supports.adapter_download and trained:
        st.download_button(
            "Download the adapter (ZIP)",
            partial(adapter_archive, place, trained),
            file_name=f"{trained.replace(':', '-')}.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
        )
        aside(
            "The [[adapter]] is what training made: a small file to lay over the same "
            "[[base model]], in the format of the PEFT library."
        )
