"""Pages under AppTest: the router runs as it does in the app, on a workspace of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

ROUTER = Path(__file__).resolve().parents[2] / "voicetune" / "ui" / "router.py"
SECONDS = 20
"""How long a script may take: the first one imports everything."""

OpenPage = Callable[..., AppTest]


def address(at: AppTest, name: str) -> str:
    """Returns a query parameter; AppTest gives it as a text or as a list of one."""
    value = at.query_params[name]
    return value if isinstance(value, str) else value[0]


def go_to(at: AppTest, **params: str | int) -> AppTest:
    """Goes to an address of the room one is in, as a link from outside or Back would."""
    del at.session_state["_address"]
    for name, value in params.items():
        at.query_params[name] = str(value)
    return at.run()


@pytest.fixture
def open_page() -> Iterator[OpenPage]:
    """Opens a room by the name of its file, with an address: open_page("train", voice=1)."""

    def open_page(room: str = "start", **params: str | int) -> AppTest:
        at = AppTest.from_file(ROUTER, default_timeout=SECONDS)
        if room != "start":
            at.run()
            at.switch_page(f"../../pages/{room}.py")
        for name, value in params.items():
            at.query_params[name] = str(value)
        return at.run()

    yield open_page
    st.cache_resource.clear()
