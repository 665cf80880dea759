import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage, address
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import delete_dataset

ROOMS = {"examples": "Examples", "train": "Train", "progress": "Progress", "compare": "Compare"}


@pytest.mark.parametrize(("room", "title"), ROOMS.items())
def test_every_room_opens_without_any_voice(open_page: OpenPage, room: str, title: str) -> None:
    at = open_page(room)
    assert not at.exception
    assert title in [heading.value for heading in at.title]


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_opens_with_a_sample_voice(
    open_page: OpenPage, ws: Workspace, room: str
) -> None:
    voice = add_sample(ws, "hiring_manager")
    at = open_page(room, voice=voice)
    assert not at.exception
    assert address(at, "voice") == str(voice)


def test_the_address_chooses_the_voice_and_the_next_room_keeps_it(
    open_page: OpenPage, ws: Workspace
) -> None:
    first, _ = add_sample(ws, "hiring_manager"), add_sample(ws, "nursery_owner")
    at = open_page("train", voice=first)
    assert at.selectbox(key="voice_picker").value == first
    at.switch_page("../../pages/compare.py").run()
    assert not at.exception
    assert address(at, "voice") == str(first)


def test_choosing_another_voice_changes_the_address(open_page: OpenPage, ws: Workspace) -> None:
    first, second = add_sample(ws, "hiring_manager"), add_sample(ws, "nursery_owner")
    at = open_page("train", voice=first)
    at.selectbox(key="voice_picker").set_value(second).run()
    assert address(at, "voice") == str(second)


def test_a_deleted_voice_in_the_address_is_said(open_page: OpenPage, ws: Workspace) -> None:
    gone, left = add_sample(ws, "hiring_manager"), add_sample(ws, "nursery_owner")
    delete_dataset(ws, gone)
    at = open_page("train", voice=gone)
    assert not at.exception
    assert any("no longer here" in caption.value for caption in at.caption)
    assert address(at, "voice") == str(left)


def test_a_script_error_is_said_without_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    def script() -> None:
        from voicetune.ui.parts.states import show_script_error

        assert show_script_error(RuntimeError("sk-inner-detail"))

    at = AppTest.from_function(script).run()
    assert not at.exception
    assert "What you saved is safe" in at.error[0].value
    assert "sk-inner-detail" not in at.error[0].value
    st.cache_resource.clear()
