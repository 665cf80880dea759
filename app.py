"""VoiceTune's launcher: `streamlit run app.py`.

The pages are in voicetune/ui/router.py; beside them run the local engine and the poller.
"""

from pathlib import Path

import streamlit as st

from voicetune.ui.background import lifespan
from voicetune.ui.parts.states import show_script_error

app = st.App(
    Path(__file__).parent / "voicetune" / "ui" / "router.py",
    lifespan=lifespan,
    on_script_error=show_script_error,
)

if __name__ == "__main__":
    app.run()
