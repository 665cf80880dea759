"""A click or a timer's tick brings the address the browser knew when it was sent."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage, address, go_to
from tests.ui.test_examples_page import pair
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples


@pytest.fixture
def at(open_page: OpenPage, ws: Workspace) -> AppTest:
    """The examples of the second of two voices, its coach chosen by a click."""
    for name in ("Mine", "Hers"):
        voice = create_dataset(ws, name)
        add_examples(ws, voice, [pair(f"{name} {n}?", f"Answer {n}.") for n in range(12)], "Add")
    at = open_page("examples", voice=voice)
    at.button_group(key="choice_show").set_value("coach").run()
    assert address(at, "show") == "coach"
    return at


def test_what_was_chosen_stays_when_the_browser_has_not_heard_of_it_yet(at: AppTest) -> None:
    del at.query_params["show"]
    at.run()
    assert not at.exception
    assert at.button_group(key="choice_show").value == "coach"
    assert address(at, "show") == "coach"


def test_a_choice_that_comes_with_an_old_address_leaves_the_others_alone(at: AppTest) -> None:
    del at.query_params["show"]
    at.selectbox(key="voice_picker").select("Mine").run()
    assert not at.exception
    assert address(at, "voice") == "1"
    assert address(at, "show") == "coach"


def test_another_address_of_the_same_room_is_followed(at: AppTest) -> None:
    go_to(at, show="variety")
    assert at.button_group(key="choice_show").value == "variety"


def test_another_room_begins_with_its_own_address(at: AppTest) -> None:
    at.switch_page("../../pages/train.py")
    at.query_params["voice"] = "1"
    at.run()
    assert not at.exception
    assert at.selectbox(key="voice_picker").value == 1
