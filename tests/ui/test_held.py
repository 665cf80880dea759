"""The browser sends the values of all widgets, also those it should not show any more."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage
from tests.ui.test_examples_page import filled, pair
from voicetune.workspace.database import Workspace
from voicetune.workspace.examples import list_examples

INCLUDED = "include_1"


@pytest.fixture
def at(open_page: OpenPage, ws: Workspace) -> AppTest:
    """An example that was left out by its toggle."""
    voice, ids = filled(ws, *(pair(f"Question {n}?", f"Answer {n}.") for n in range(12)))
    assert ids[0] == 1
    at = open_page("examples", voice=voice, example=1)
    at.toggle(key=INCLUDED).set_value(False).run()
    assert not included(ws)
    return at


def included(ws: Workspace) -> bool:
    return list_examples(ws, 1)[0].include


def send(at: AppTest, value: bool, *, heard: int) -> AppTest:
    """Sends what a browser would that heard of that run last."""
    at.number_input(key="run_heard").set_value(heard)
    return at.toggle(key=INCLUDED).set_value(value).run()


def test_what_the_browser_shows_from_before_an_undo_is_not_taken_for_a_choice(
    at: AppTest, ws: Workspace
) -> None:
    heard = at.number_input(key="run_heard").value
    at.button(key="undo").click().run()
    assert included(ws)
    send(at, False, heard=heard)
    assert not at.exception
    assert included(ws)
    assert at.toggle(key=INCLUDED).value


def test_the_same_choice_counts_once_the_browser_heard_of_the_undo(
    at: AppTest, ws: Workspace
) -> None:
    at.button(key="undo").click().run()
    send(at, False, heard=at.number_input(key="run_heard").value)
    assert not included(ws)


def test_two_choices_in_a_row_both_count_before_the_browser_hears_of_the_first(
    at: AppTest, ws: Workspace
) -> None:
    heard = at.number_input(key="run_heard").value
    send(at, True, heard=heard)
    assert included(ws)
    send(at, False, heard=heard)
    assert not included(ws)
