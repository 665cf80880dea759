"""A run whose model answers through another server: said in Progress, asked in Compare."""

from collections.abc import Iterator

import pytest

from tests.stand_in import KEY, StandIn, running_stand_in
from tests.ui.conftest import OpenPage
from tests.ui.engine_place import engine, tokenizer_folder
from tests.ui.run_states import seed_run
from tests.ui.test_compare_page import ask, shown
from voicetune.ui.samples import add_sample
from voicetune.workspace import chats
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import get_run

__all__ = ["engine", "tokenizer_folder"]


@pytest.fixture
def voice(ws: Workspace) -> int:
    return add_sample(ws, "hiring_manager")


@pytest.fixture
def vllm(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A server that holds the adapter under the name `voice`, and asks for a key."""
    with running_stand_in() as stand_in:
        stand_in.models = [{"id": "voice", "object": "model"}]
        stand_in.answer = ["From the server."]
        monkeypatch.setenv("VLLM_API_KEY", KEY)
        yield stand_in


def said_on(at) -> str:
    """What the page says, as a person reads it: without what keeps Markdown out."""
    return shown(at).replace("\\", "").replace("\N{WORD JOINER}", "")


def put_in(at, address: str, name: str = "voice", kind: str = "vllm"):
    """Says in Progress where the model answers, and presses the button."""
    at.selectbox(key="serving_kind").set_value(kind).run()
    at.text_input(key=f"serving_address_{kind}").set_value(address)
    at.text_input(key="serving_name").set_value(name)
    return at.button(key="serve").click().run()


def test_compare_asks_the_tuned_model_there_and_the_base_where_it_was(
    open_page: OpenPage, ws: Workspace, engine: StandIn, vllm: StandIn, voice: int
) -> None:
    run = seed_run(ws, voice, "succeeded", epochs_done=9)
    at = put_in(open_page("progress", voice=voice, run=run.id), vllm.base_url)
    assert not at.exception
    assert "It answers through another server" in shown(at)
    kept = get_run(ws, run.id)
    assert (kept.served_at, kept.served_as, kept.served_url) == ("vllm", "voice", vllm.base_url)

    at = open_page("compare", voice=voice)
    assert not at.exception
    assert "tuned (vLLM)" in next(
        each for each in at.selectbox(key="corner_right").options if "tuned" in each
    )
    assert at.selectbox(key="corner_right").value == f"vllm/{run.id}/voice"
    assert vllm.base_url in said_on(at)
    ask(at, "How do I begin?")
    assert not at.exception
    (turn,) = chats.list_turns(ws, run.id)
    assert turn.answers["right"].answer == "From the server."
    assert turn.answers["left"].answer == "".join(engine.answer)
    assert [chat["model"] for chat in vllm.chats] == ["voice"]
    assert [chat["model"] for chat in engine.chats] == [run.model]
    assert vllm.chats[0]["messages"][0] == {"role": "system", "content": run.system}
    assert KEY not in shown(at)


def test_it_is_taken_back_to_where_it_was_trained(
    open_page: OpenPage, ws: Workspace, engine: StandIn, vllm: StandIn, voice: int
) -> None:
    run = seed_run(ws, voice, "succeeded", epochs_done=9)
    at = put_in(open_page("progress", voice=voice, run=run.id), vllm.base_url)
    at.button(key="serving_check").click().run()
    assert "It is there, and has" in shown(at)
    at.button(key="take_back").click().run()
    assert not at.exception
    assert get_run(ws, run.id).served_at is None
    at = open_page("compare", voice=voice)
    ask(at, "How do I begin?")
    assert not vllm.chats
    assert {chat["model"] for chat in engine.chats} == {run.model, run.fine_tuned_model}


@pytest.mark.parametrize(
    ("address", "name", "said"),
    [
        ("http://127.0.0.1:9/v1", "voice", "Nothing answers at"),
        ("", "voice-2", "has no model named “voice-2”"),
        ("http://", "voice", "It should look like http://localhost:8000/v1"),
    ],
)
def test_a_server_that_is_not_there_or_has_no_such_model_changes_nothing(
    open_page: OpenPage,
    ws: Workspace,
    engine: StandIn,
    vllm: StandIn,
    voice: int,
    address: str,
    name: str,
    said: str,
) -> None:
    run = seed_run(ws, voice, "succeeded", epochs_done=9)
    at = put_in(open_page("progress", voice=voice, run=run.id), address or vllm.base_url, name)
    assert not at.exception
    assert said in said_on(at)
    assert get_run(ws, run.id).served_at is None


def test_a_server_that_went_away_is_said_in_its_column_and_can_be_looked_for(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    run = seed_run(ws, voice, "succeeded", epochs_done=9)
    with running_stand_in() as gone:
        gone.models = [{"id": "voice", "object": "model"}]
        at = open_page("progress", voice=voice, run=run.id)
        at = put_in(at, gone.base_url, kind="compatible")
        assert "does not accept requests without a key" in shown(at)
        at.text_input(key="key_compatible").set_value(KEY).run()
        at.button(key="serve").click().run()
        assert get_run(ws, run.id).served_at == "compatible"
    at.button(key="serving_check").click().run()
    assert "Nothing answers at" in said_on(at)
    ask(open_page("compare", voice=voice), "How do I begin?")
    (turn,) = chats.list_turns(ws, run.id)
    assert turn.answers["right"].state == "failed"
    assert turn.answers["left"].answer


def test_only_what_can_be_taken_away_is_offered_to_other_servers(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    for place, status in (("openai", "succeeded"), ("local", "failed"), ("local", "running")):
        run = seed_run(ws, voice, status, epochs_done=1, place=place)
        at = open_page("progress", voice=voice, run=run.id)
        assert not at.exception
        assert "serve" not in {button.key for button in at.button}
