"""The Coach view of the Examples page."""

import re
import threading
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage
from tests.ui.test_coaching import pair
from voicetune.examples.example import Example
from voicetune.ui.examples import coach_view, coaching, known
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples, list_examples
from voicetune.workspace.history import undo
from voicetune.workspace.settings import get_setting

MAIL = "maya.okafor@fernhouse.org"


def said(at: AppTest) -> str:
    kinds = ("markdown", "caption", "metric")
    texts = "\n".join(str(e.value) for kind in kinds for e in at.get(kind))
    return re.sub(r":\w+-background\[((?:\\.|[^\]\\])*)\]", r"\1", texts).replace("\\", "")


def rest() -> None:
    """Waits until the coach has done what there was to do."""
    for thread in threading.enumerate():
        if thread.name == "coach":
            thread.join(10)


def private_set(ws: Workspace) -> int:
    voice = create_dataset(ws, "Mine")
    answers = [
        f"Rose number {n} wants sun in the morning and shade after lunch, so plant it by the wall."
        for n in range(12)
    ]
    answers[3] += f" Write to {MAIL} if it sulks."
    turns = [(f"Where does rose {n} go, and why?", text) for n, text in enumerate(answers)]
    examples = [
        Example([{"role": "user", "content": q}, {"role": "assistant", "content": a}])
        for q, a in turns
    ]
    add_examples(ws, voice, examples, "Add")
    return voice


def texts(ws: Workspace, voice: int) -> str:
    return "\n".join(example.answer for example in list_examples(ws, voice))


def test_a_sample_gets_a_score_with_its_reasons(open_page: OpenPage, ws: Workspace) -> None:
    at = open_page("examples", voice=add_sample(ws, "hiring_manager"), show="coach")
    assert not at.exception
    assert "of 100" in said(at)
    assert "points" in said(at)


def test_an_address_is_replaced_listed_and_put_back(open_page: OpenPage, ws: Workspace) -> None:
    voice = private_set(ws)
    at = open_page("examples", voice=voice, show="coach")
    at.button(key="coach_mend_private-email").click().run()
    assert not at.exception
    assert MAIL in texts(ws, voice)
    assert f"after lunch, so plant it by the wall. Write to ~~{MAIL}~~" in said(at)
    assert "→ [EMAIL_1] if it sulks." in said(at)
    at.button(key="replace_now").click().run()
    assert not at.exception
    assert MAIL not in texts(ws, voice)
    assert "[EMAIL_1]" in texts(ws, voice)
    assert MAIL in list(at.dataframe[0].value["Stands for"])
    at.button(key="coach_restore").click().run()
    assert not at.exception
    assert MAIL in texts(ws, voice)
    undo(ws, voice)
    assert MAIL not in texts(ws, voice)


def test_a_dismissed_finding_stays_away_until_it_is_brought_back(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = private_set(ws)
    at = open_page("examples", voice=voice, show="coach")
    at.button(key="coach_dismiss_private-email").click().run()
    assert not at.exception
    at = open_page("examples", voice=voice, show="coach")
    keys = {button.key for button in at.button}
    assert "coach_mend_private-email" not in keys
    at.button(key="coach_undismiss").click().run()
    assert "coach_mend_private-email" in {button.key for button in at.button}


def test_ones_own_name_is_chosen_where_it_was_found_and_stays(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = private_set(ws)
    at = open_page("examples", voice=voice, show="coach")
    at.session_state["mine_private-email"] = True
    at.run()
    choice = at.button_group(key="own_private-email")
    assert choice.options == [re.sub(r"([.@])", r"\\\1", MAIL)]
    choice.set_value([MAIL]).run()
    assert not at.exception
    assert get_setting(ws, f"mine.{voice}") == [MAIL]
    assert "coach_mend_private-email" not in {button.key for button in at.button}
    at.session_state["mine_all"] = True
    at.run()
    at.text_input(key="own_all_more").set_value(" Maya Okafor ").run()
    assert get_setting(ws, f"mine.{voice}") == ["Maya Okafor", MAIL]
    at.session_state["mine_all"] = True
    at.run()
    at.button_group(key="own_all").set_value(["Maya Okafor"]).run()
    assert get_setting(ws, f"mine.{voice}") == ["Maya Okafor"]
    assert "coach_mend_private-email" in {button.key for button in at.button}


def test_the_editor_says_what_the_coach_says_with_its_mend(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = private_set(ws)
    open_page("examples", voice=voice, show="coach")
    fourth = list_examples(ws, voice)[3].id
    at = open_page("examples", voice=voice, example=fourth)
    assert "There is an e-⁠mail address in it (“m…@fernhouse.org”)" in said(at)
    at.button(key="coach_mend_one_private-email_0").click().run()
    at.button(key="replace_now").click().run()
    assert not at.exception
    assert "[EMAIL_1]" in texts(ws, voice)
    assert "coach_mend_one_private-email_0" not in {button.key for button in at.button}


def test_the_list_shows_only_the_examples_of_a_finding_of_the_coach(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = private_set(ws)
    at = open_page("examples", voice=voice, show="coach")
    at = open_page("examples", voice=voice)
    (badges,) = [row for row in at.dataframe[0].value["findings"] if "E-mail address" in row]
    assert badges == ["E-mail address"]
    finding = at.selectbox(key=f"filter_code_{voice}")
    finding.select("private-email").run()
    assert not at.exception
    assert len(at.dataframe[0].value) == 1
    at.selectbox(key=f"filter_code_{voice}").select("any").run()
    assert len(at.dataframe[0].value) >= 1


def test_a_large_set_is_looked_at_beside_the_page_and_can_be_stopped(
    open_page: OpenPage, ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, go_on = threading.Event(), threading.Event()
    real = known.look_at

    def slow(example: Example, **options: object) -> object:
        busy.set()
        assert go_on.wait(10)
        return real(example, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(coach_view, "AT_ONCE", 5)
    monkeypatch.setattr(coaching, "AT_ONCE", 5)
    monkeypatch.setattr(known, "look_at", slow)
    voice = private_set(ws)
    at = open_page("examples", voice=voice, show="coach")
    assert busy.wait(10)
    assert "Reading each example" in said(at)
    assert not at.metric
    at.button(key="coach_stop").click().run()
    go_on.set()
    rest()
    at.run()
    assert "You stopped the coach." in said(at)
    at.button(key="coach_go_on").click().run()
    rest()
    at.run()
    assert not at.exception
    assert at.metric[0].value.endswith(" of 100")


def test_it_says_by_what_questions_were_compared(
    open_page: OpenPage, ws: Workspace, sentence_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = create_dataset(ws, "Mine")
    other = [pair(0).messages[0], pair(20).messages[1]]
    add_examples(ws, voice, [*map(pair, range(12)), Example(other)], "Add")
    at = open_page("examples", voice=voice, show="coach")
    assert "Compared by their words." in said(at)
    st.cache_resource.clear()
    monkeypatch.setenv("VOICETUNE_SENTENCE_MODEL", str(sentence_model))
    at = open_page("examples", voice=voice, show="coach")
    assert not at.exception
    assert "Compared by their meaning" in said(at)
