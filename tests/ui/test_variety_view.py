"""The Variety view of the Examples page."""

from datetime import date

from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage
from voicetune.examples.example import Example
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples, list_examples


def said(at: AppTest) -> str:
    return "\n".join(str(e.value) for k in ("markdown", "caption") for e in at.get(k))


def dated(year: int, number: int) -> Example:
    turns = [("user", f"How do I prune rose {number}?"), ("assistant", "Cut it low. " * 20)]
    return Example(
        [{"role": role, "content": text} for role, text in turns],
        written_on=date(year, 3, 1 + number),
    )


def test_a_sample_shows_its_topics_its_forms_and_that_it_has_no_dates(
    open_page: OpenPage, ws: Workspace
) -> None:
    at = open_page("examples", voice=add_sample(ws, "hiring_manager"), show="variety")
    assert not at.exception
    assert "Of 120 examples" in said(at)
    assert "have no dates" in said(at)
    assert len(at.get("plotly_chart")) == 1


def test_a_small_set_is_told_how_many_it_takes(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    add_examples(ws, voice, [dated(2020, n) for n in range(3)], "Add")
    at = open_page("examples", voice=voice, show="variety")
    assert not at.exception
    assert "There are 3 so far" in said(at)


def test_older_examples_are_left_out_from_a_year_on(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    examples = [dated(year, n) for year in (2019, 2022, 2024) for n in range(8)]
    add_examples(ws, voice, examples, "Add")
    at = open_page("examples", voice=voice, show="variety")
    at.select_slider(key="since_era").set_value("2022").run()
    at.button(key="leave_older_out").click().run()
    assert not at.exception
    assert [e.include for e in list_examples(ws, voice)] == [False] * 8 + [True] * 16
