"""The script behind every visit: navigation and frame, then the page. app.py starts it."""

from pathlib import Path

import streamlit as st

from voicetune.ui import rooms
from voicetune.ui.parts.held import begin_run, end_run
from voicetune.ui.parts.rehearsal import draw_mark

ASSETS = Path(__file__).parent / "assets"

begin_run()
st.set_page_config(page_icon=ASSETS / "mark.svg", layout="wide")
page = st.navigation(rooms.navigation(), position="top")
st.set_page_config(page_title=f"{page.title} · VoiceTune")
st.logo(ASSETS / "wordmark.svg", size="large")

st.html(ASSETS / "shell.css")
with st.container(horizontal_alignment="center"), st.container(width=rooms.WIDTH, key="room"):
    rooms.draw_strip()
    draw_mark()
    page.run()
end_run()
