"""The Coach view of the Examples page."""

import re

from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage
from voicetune.examples.example import Example
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples, list_examples
from voicetune.workspace.history import undo

MAIL = "maya.okafor@fernhouse.org"


def said(at: AppTest) -> str:
    kinds = ("markdown", "caption", "metric")
    texts = "\n".join(str(e.value) for kind in kinds for e in at.get(kind))
    return re.sub(r":\w+-background\[((?:\\.|[^\]\\])*)\]", r"\1", texts).replace("\\", "")


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
