"""Questions for texts that have none: found by a chat model, by rules, along headings."""

import threading
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.chat_model import KEY, ChatModel, good, prompts_for, prose, running_chat_model
from tests.ui.conftest import OpenPage
from tests.ui.test_examples_page import filled, pair
from tests.ui.test_posts_import import drop, said
from voicetune.providers.client import Place
from voicetune.ui import places
from voicetune.ui.examples.asking_runs import run_of
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import get_example, list_examples, update_example
from voicetune.workspace.history import can_undo, undo
from voicetune.workspace.originals import original_of

PATIENCE = 20
"""Seconds until a test that hangs fails; no test waits for them when all is well."""
TEXTS = [
    f"What I learned this spring: patience, and water in the evening, does more for a {plant}"
    for plant in ("radish", "basil", "fern", "clover", "thyme", "sorrel", "mint", "sage", "rose")
]
STARTER = {
    "id": "voicetune-starter",
    "name": "Starter model",
    "folder": "",
    "parameters": 12_500_000,
    "context": 1024,
    "tokens_per_second": 2000.0,
    "measured_at": 1_790_000_000,
}
LARGE = {**STARTER, "id": "large", "name": "A large model", "context": 32_768}


def article(parts: int = 3) -> str:
    body = "Patience and water in the evening do more than any tool that you can buy. " * 8
    return "\n\n".join(f"## Lesson {n} of the garden\n\n{body}" for n in range(1, parts + 1))


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatModel]:
    """A chat model that stands for this computer's engine and for OpenAI; no key is there."""
    with running_chat_model() as running:
        running.models = [STARTER, LARGE]

        def place_of(profile_id: str, typed_key: str = "", *address: str) -> Place | None:
            profile = places.profiles()[profile_id]
            if profile.local:
                return Place(profile, running.base_url, KEY)
            return Place(profile, running.base_url, typed_key) if typed_key else None

        monkeypatch.setattr(places, "place_of", place_of)
        monkeypatch.setattr(places, "local_engine_available", lambda: True)
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        yield running


def preview(open_page: OpenPage, voice: int, texts: list[str]) -> AppTest:
    """Opens the preview of a file of texts, with the third way chosen."""
    rows = "\n".join(f'2024-03-{n + 1:02},"{text}"' for n, text in enumerate(texts))
    table = f"Posting Time,Text\n{rows}\n".encode()
    at = drop(open_page("examples", voice=voice, show="add", way="file"), ("posts.csv", table))
    at.radio[0].set_value("ask").run()
    assert not at.exception
    return at


def button(at: AppTest, end: str):
    (found,) = [each for each in at.button if (each.key or "").endswith(end)]
    return found


def picker(at: AppTest, part: str):
    (found,) = [each for each in at.selectbox if part in (each.key or "")]
    return found


def finish(at: AppTest, ws: Workspace, voice: int) -> AppTest:
    """Waits for the run and draws the page anew."""
    run = run_of(ws, voice)
    assert run is not None
    run.join(PATIENCE)
    assert run.progress.over
    at.run()
    assert not at.exception
    return at


def test_what_asking_costs_and_sends_is_said_before_anything_is_sent(
    open_page: OpenPage, ws: Workspace, model: ChatModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    voice = create_dataset(ws, "Mine")
    at = preview(open_page, voice, TEXTS)
    picker(at, "_place").set_value("openai").run()
    words = sum(len(text.split()) for text in TEXTS)
    assert f"9 texts with {words} words go to OpenAI**, in 2 requests" in said(at)
    assert "by prices of" in said(at)
    assert "tokens" in said(at)
    assert model.requests == []
    button(at, "_ask").click().run()
    finish(at, ws, voice)
    assert "9 texts of 9 got suggestions" in said(at)
    assert "9 from a model" in said(at)
    at.button(key="add_found").click().run()
    assert not at.exception
    for example in list_examples(ws, voice):
        assert example.question in prompts_for(example.answer)
    asked = [example.question.split()[0] for example in list_examples(ws, voice)]
    assert {asked.count(word) for word in ("Write", "How", "What")} == {3}


def test_a_larger_model_on_this_computer_is_free_and_the_starter_is_not_offered(
    open_page: OpenPage, ws: Workspace, model: ChatModel
) -> None:
    at = preview(open_page, create_dataset(ws, "Mine"), TEXTS)
    assert picker(at, "_place").value == "local"
    assert picker(at, "_model_").options == ["A large model"]
    assert "Nothing leaves this computer" in said(at)
    assert "Free of charge" in said(at)


def test_where_only_the_starter_is_here_its_being_too_small_is_said_and_a_key_asked_for(
    open_page: OpenPage, ws: Workspace, model: ChatModel
) -> None:
    model.models = [STARTER]
    at = preview(open_page, create_dataset(ws, "Mine"), TEXTS)
    assert "OpenAI" in str(at.text_input[0].label)
    picker(at, "_place").set_value("local").run()
    assert "too small" in said(at)
    assert not [each for each in at.button if (each.key or "").endswith("_ask")]
    assert model.requests == []


def test_a_cancelled_run_is_taken_up_in_another_tab(
    open_page: OpenPage, ws: Workspace, model: ChatModel
) -> None:
    voice = create_dataset(ws, "Mine")
    here = preview(open_page, voice, TEXTS)

    def held(body):
        model.gate = threading.Event()
        return good(body)

    model.script = [good, held]
    button(here, "_ask").click().run()
    run = run_of(ws, voice)
    assert run is not None
    while run.progress.done < 8 or len(model.requests) < 2:
        assert model.asked.wait(PATIENCE)
    there = preview(open_page, voice, TEXTS)
    assert there.button(key="cancel_asking")
    assert there.button(key="add_found").disabled
    there.button(key="cancel_asking").click().run()
    finish(there, ws, voice)
    model.gate.set()
    assert "Cancelled" in said(there)
    assert "8 texts of 9" in said(there)
    before = len(model.texts)
    button(there, "_ask").click().run()
    finish(there, ws, voice)
    assert model.texts[before:] == TEXTS[8:]
    assert "9 from a model" in said(there)


def test_what_the_model_finds_nothing_for_is_filled_by_rules_and_marked(
    open_page: OpenPage, ws: Workspace, model: ChatModel
) -> None:
    model.script = [prose, prose]
    voice = create_dataset(ws, "Mine")
    at = preview(open_page, voice, TEXTS[:2])
    button(at, "_ask").click().run()
    finish(at, ws, voice)
    assert "found nothing that could be used" in said(at)
    assert "2 rough, by rules" in said(at)
    assert "Another one may find more" in said(at)
    at.button(key="add_found").click().run()
    assert not at.exception
    at = open_page("examples", voice=voice, show="findings")
    assert "Rough question** · 2 examples" in said(at)
    first, second = list_examples(ws, voice)
    turns = [{**first.messages[0], "content": "Why?"}, *first.messages[1:]]
    update_example(ws, first.id, messages=turns)
    assert "Rough question** · 1 example" in said(at.run())
    assert second.question


def test_a_wrong_key_is_told_in_words(
    open_page: OpenPage, ws: Workspace, model: ChatModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-the-right-one")
    voice = create_dataset(ws, "Mine")
    at = preview(open_page, voice, TEXTS)
    picker(at, "_place").set_value("openai").run()
    button(at, "_ask").click().run()
    finish(at, ws, voice)
    assert "does not accept this key" in said(at)
    assert "sk-not" not in said(at)


@pytest.mark.parametrize("way", ["rules", "model"])
def test_questions_of_a_set_are_filled_in_one_step(
    open_page: OpenPage, ws: Workspace, model: ChatModel, way: str
) -> None:
    voice, _ = filled(ws, pair("Why?"), *(pair("", text) for text in TEXTS))
    at = open_page("examples", voice=voice, show="findings")
    at.button(key="find_empty-content").click().run()
    assert "Find the question of 9 examples" in said(at)
    if way == "model":
        at.radio(key="filling_way").set_value("model").run()
        button(at, "_ask").click().run()
        finish(at, ws, voice)
    at.button(key="fill_in").click().run()
    assert not at.exception
    rows = list_examples(ws, voice)
    assert rows[0].question == "Why?"
    assert all(row.question for row in rows)
    if way == "model":
        assert all(row.question in prompts_for(row.answer) for row in rows[1:])
    else:
        assert model.requests == []
    assert can_undo(ws, voice) == "Find the questions"
    undo(ws, voice)
    assert [row.question for row in list_examples(ws, voice)] == ["Why?", *[""] * 9]


def test_the_editor_offers_what_a_model_suggested_and_asks_about_one_text(
    open_page: OpenPage, ws: Workspace, model: ChatModel
) -> None:
    voice, (example,) = filled(ws, pair("", TEXTS[0]))
    at = open_page("examples", voice=voice, example=example)
    assert not [each for each in at.button if each.key == "prompt_0"]
    at.session_state["find_question"] = True
    at.run()
    assert at.button(key="prompt_0")
    at.toggle(key="ask_about_one").set_value(True).run()
    assert "1 text with" in said(at)
    button(at, "_ask").click().run()
    finish(at, ws, voice)
    assert model.texts == [TEXTS[0]]
    offered = [each for each in at.button if (each.key or "").startswith("asked_")]
    assert [each.label.replace("\\", "") for each in offered] == prompts_for(TEXTS[0])
    offered[1].click().run()
    assert not at.exception
    assert get_example(ws, example).question == prompts_for(TEXTS[0])[1]
    assert at.session_state["find_question"] is False


def test_long_articles_are_cut_along_their_headings_before_they_come_in(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = create_dataset(ws, "Mine")
    at = drop(open_page("examples", voice=voice, way="file"), ("long.md", article().encode()))
    (switch,) = [each for each in at.toggle if "long article" in each.label]
    assert "1 long article" in switch.label
    assert "3 texts" in switch.label
    assert "1 text to add" in said(at)
    switch.set_value(True).run()
    assert "3 texts to add" in said(at)
    assert "left out" not in said(at)
    at.button(key="add_found").click().run()
    assert not at.exception
    rows = list_examples(ws, voice)
    assert len(rows) == 3
    assert all("lesson" in row.question.lower() for row in rows)


def test_one_example_is_cut_in_one_step(open_page: OpenPage, ws: Workspace) -> None:
    voice, ids = filled(ws, pair("First?"), pair("Long?", article()), pair("Last?"))
    at = open_page("examples", voice=voice, example=ids[1])
    at.button(key="cut_up").click().run()
    assert not at.exception
    rows = list_examples(ws, voice)
    assert [row.question for row in (rows[0], rows[-1])] == ["First?", "Last?"]
    assert len(rows) == 5
    assert all("lesson" in row.question.lower() for row in rows[1:4])
    assert at.query_params["example"] in (str(rows[1].id), [str(rows[1].id)])
    assert undo(ws, voice) == "Cut an example into 3 parts"
    assert [row.question for row in list_examples(ws, voice)] == ["First?", "Long?", "Last?"]
    assert list_examples(ws, voice)[1].answer == article()


def test_the_parts_keep_the_text_as_it_was_found(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    loud = article().replace("Patience", "𝗣𝗮𝘁𝗶𝗲𝗻𝗰𝗲", 1)
    at = drop(open_page("examples", voice=voice, way="file"), ("long.md", loud.encode()))
    at.button(key="add_found").click().run()
    (whole,) = list_examples(ws, voice)
    at = open_page("examples", voice=voice, example=whole.id)
    at.button(key="cut_up").click().run()
    first, second, _ = list_examples(ws, voice)
    found = original_of(ws, voice, first.id)
    assert found is not None
    assert "𝗣𝗮𝘁𝗶𝗲𝗻𝗰𝗲" in found
    assert "Lesson 2" not in found
    assert original_of(ws, voice, second.id) is None
