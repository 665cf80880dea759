"""Models of places that only answer, in Compare."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.stand_in import KEY, StandIn, running_stand_in
from tests.ui.conftest import OpenPage
from tests.ui.engine_place import engine, tokenizer_folder
from tests.ui.run_states import seed_run
from tests.ui.test_compare_page import ask, shown
from voicetune.providers.probe import Found
from voicetune.ui import session
from voicetune.ui.samples import add_sample
from voicetune.workspace import chats
from voicetune.workspace.connections import keep_found
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import update_run

__all__ = ["engine", "tokenizer_folder"]


@pytest.fixture
def voice(ws: Workspace) -> int:
    return add_sample(ws, "hiring_manager")


@pytest.fixture
def llamacpp(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A connected server that only answers, with two models."""
    with running_stand_in() as stand_in:
        monkeypatch.setenv("LLAMACPP_URL", stand_in.base_url)
        monkeypatch.setenv("LLAMACPP_API_KEY", KEY)
        found = Found(engine=False, trains=False, chats=True, models=("qwen3:8b", "mine"))
        keep_found(ws, "llamacpp", {"at": stand_in.base_url, "found": found.as_json()})
        yield stand_in


def test_a_guest_stands_beside_the_tuned_model_and_each_is_asked_at_its_place(
    open_page: OpenPage, ws: Workspace, engine: StandIn, llamacpp: StandIn, voice: int
) -> None:
    run = seed_run(ws, voice, "succeeded", epochs_done=9)
    llamacpp.answer = ["From the guest."]
    at = open_page("compare", voice=voice)
    at.selectbox(key="corner_left").set_value("llamacpp/qwen3:8b").run()
    assert not at.exception
    ask(at, "How do I begin?")
    assert not at.exception
    (turn,) = chats.list_turns(ws, run.id)
    assert turn.answers["left"].answer == "From the guest."
    assert turn.answers["right"].answer == "".join(engine.answer)
    assert [chat["model"] for chat in llamacpp.chats] == ["qwen3:8b"]
    assert all(chat["model"] != "qwen3:8b" for chat in engine.chats)
    assert llamacpp.chats[0]["messages"][0]["role"] == "system"


def test_a_guest_that_fails_is_explained_by_its_own_name(
    open_page: OpenPage, ws: Workspace, engine: StandIn, llamacpp: StandIn, voice: int
) -> None:
    run = seed_run(ws, voice, "succeeded", epochs_done=9)
    llamacpp.fail("POST /chat/completions", 500)
    at = open_page("compare", voice=voice, left="llamacpp/mine")
    ask(at, "How do I begin?")
    (turn,) = chats.list_turns(ws, run.id)
    assert "llama.cpp server" in turn.answers["left"].message


def test_two_guests_can_be_compared_before_anything_was_trained(
    open_page: OpenPage, ws: Workspace, engine: StandIn, llamacpp: StandIn, voice: int
) -> None:
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert at.selectbox(key="corner_left").options == [
        "qwen3:8b (llama.cpp server)",
        "mine (llama.cpp server)",
    ]
    ask(at, "How do I begin?")
    assert not at.exception
    (turn,) = chats.list_turns(ws, None)
    assert {answer.model for answer in turn.answers.values()} == {"qwen3:8b", "mine"}
    assert "Take it with you" not in shown(at)


def test_a_model_tuned_elsewhere_is_added_by_its_id(
    open_page: OpenPage,
    ws: Workspace,
    engine: StandIn,
    voice: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TINKER_API_KEY", "tk-test")
    seed_run(ws, voice, "succeeded", epochs_done=9)
    at = open_page("compare", voice=voice)
    name = "tinker://run/sampler_weights/000080"
    at.text_input(key="guest_tinker").set_value(f" {name} ").run()
    assert not at.exception
    assert f"{name} (Tinker)" in at.selectbox(key="corner_right").options
    assert "tk-test" not in shown(at)


def test_without_a_connected_place_there_is_the_way_to_one(
    open_page: OpenPage, engine: StandIn, voice: int
) -> None:
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert "None is connected yet." in shown(at)


def test_after_its_last_day_openai_is_not_asked_and_what_was_asked_stays(
    open_page: OpenPage,
    ws: Workspace,
    engine: StandIn,
    voice: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-not-a-key")
    run = seed_run(ws, voice, "succeeded", epochs_done=9)
    update_run(ws, run.id, place="openai", base_url="https://api.openai.com/v1")
    models = {"left": "a", "right": "b"}
    chats.save_answer(ws, chats.add_turn(ws, run.id, "Before?", models), "left", "It was.")
    monkeypatch.setattr(session, "today", lambda: date(2027, 1, 13))
    at = open_page("compare", voice=voice)
    assert at.chat_input
    monkeypatch.setattr(session, "today", lambda: date(2027, 1, 14))
    at = open_page("compare", voice=voice)
    assert not at.exception
    assert "no longer answer since 14 January 2027" in shown(at)
    assert not at.chat_input
    assert "Before?" in shown(at)


def test_a_downloaded_model_stands_beside_the_tuned_one_and_its_own_base_only_once(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    run = seed_run(ws, voice, "succeeded", epochs_done=9)
    engine.models += [{**engine.models[0], "id": each} for each in ("Owner/One", "Owner/Two")]
    at = open_page("compare", voice=voice)
    assert "Owner/One (this computer)" in at.selectbox(key="corner_left").options
    at.selectbox(key="corner_left").set_value("local/Owner/Two").run()
    ask(at, "How do I begin?")
    assert not at.exception
    assert len(chats.list_turns(ws, run.id)) == 1
    assert {chat["model"] for chat in engine.chats} == {"Owner/Two", run.fine_tuned_model}
    update_run(ws, run.id, model="Owner/One")
    at = open_page("compare", voice=voice)
    named = [each for each in at.selectbox(key="corner_left").options if "Owner/One" in each]
    assert named == ["Owner/One, before training (base model)"]
