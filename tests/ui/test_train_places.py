"""Where to train: every place, what it takes, and how it stands on a given day."""

from collections.abc import Iterator
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.stand_in import KEY, StandIn, running_stand_in
from tests.ui.conftest import OpenPage, address
from tests.ui.engine_place import engine, openai_stand_in, tokenizer_folder
from tests.ui.test_train_page import shown
from voicetune.examples.example import Example
from voicetune.ui import session
from voicetune.ui.samples import add_sample
from voicetune.workspace.connections import found_at, typed_address
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples

__all__ = ["engine", "openai_stand_in", "tokenizer_folder"]


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("OPENAI", "NEBIUS", "AZURE_OPENAI", "TINKER"):
        monkeypatch.delenv(f"{place}_API_KEY", raising=False)
    monkeypatch.setattr(session, "today", lambda: date(2026, 12, 1))


@pytest.fixture
def server() -> Iterator[StandIn]:
    """A server of the person's own, besides the engine on this computer."""
    with running_stand_in() as stand_in:
        yield stand_in


@pytest.fixture
def voice(ws: Workspace) -> int:
    return add_sample(ws, "hiring_manager")


def listed(at: object) -> list[str]:
    labels = at.radio(key="choice_place").options
    return [label.split("**")[1].replace("\\", "") for label in labels]


def captions(at: object) -> str:
    return "\n".join(at.radio(key="choice_place").proto.captions)


def test_every_place_is_offered_with_its_price_and_whether_it_needs_a_key(
    open_page: OpenPage, engine: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice)
    assert not at.exception
    assert listed(at) == [
        "This computer",
        "My own server",
        "OpenAI",
        "Microsoft Foundry (Azure)",
        "Nebius Token Factory",
    ]
    this, own, openai, azure, nebius = at.radio(key="choice_place").proto.captions
    assert this.endswith("Free · no key")
    assert own.endswith("Free: the computer is yours · no key, unless it asks for one")
    assert openai.endswith(r"From \$0.17 for this set · needs a key")
    assert r"\$1.70 an hour" in azure
    assert "an address" in azure
    assert r"\$4.05 an hour" in nebius


def test_places_that_train_elsewhere_say_why_and_what_they_cost(
    open_page: OpenPage, engine: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice)
    at.segmented_control(key="place_group").set_value("elsewhere").run()
    assert not at.exception
    assert address(at, "place") == "tinker"
    assert listed(at) == ["Tinker", "Together AI", "Fireworks AI"]
    at.radio(key="choice_place").set_value("together").run()
    said = shown(at)
    assert "Not driven from here." in said
    assert "/v1/fine-tunes" in said
    assert {m.label: m.value for m in at.metric}["Training, once"] == "$4.00"
    assert "is the least a job costs there" in said
    assert "9 September 2026" in said
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels == ["The training file (108 examples)", "The validation file (12 examples)"]
    assert "train" not in {button.key for button in at.button}


def test_what_a_place_would_refuse_is_counted_with_its_reason(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    voice = create_dataset(ws, "Tools")
    good = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]
    tool = [*good, {"role": "tool", "content": "42"}, good[1]]
    add_examples(ws, voice, [Example(good), Example(tool), Example(tool)], "Add")
    at = open_page("train", voice=voice, place="fireworks")
    assert not at.exception
    assert "Left out: 2 examples, because it has messages that are neither" in shown(at)
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels == ["The training file (1 example)"]


def test_tinker_chats_once_it_has_a_key(open_page: OpenPage, engine: StandIn, voice: int) -> None:
    at = open_page("train", voice=voice, place="tinker")
    assert not at.exception
    assert "Its training goes through Tinker's own library" in shown(at)
    assert "answers_in_compare" not in {button.key for button in at.button}
    at.text_input(key="key_tinker").set_value("tk-typed").run()
    assert not at.exception
    assert "answers_in_compare" in {button.key for button in at.button}


def test_where_it_is_known_from_is_said_of_every_place(
    open_page: OpenPage, engine: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice, place="azure")
    assert "documentation](https://" in shown(at)
    assert "Checked on 26 November 2026 against Microsoft Foundry" in shown(at)
    assert "not against a live account." in shown(at)
    assert "Deleted after 24 hours" in shown(at)
    assert "As of 19 March 2026" in shown(at)


@pytest.mark.parametrize(
    ("day", "badge", "words"),
    [
        (date(2026, 11, 26), "closes in 41 days", ""),
        (date(2027, 1, 5), "closes in 1 day", ""),
        (date(2027, 1, 6), ":red-badge[closed]", "answer until 14 January 2027, 8 days from now"),
        (date(2027, 1, 14), ":red-badge[closed]", "no answers since 14 January 2027"),
    ],
)
def test_openai_closes_as_the_days_go_by(
    open_page: OpenPage,
    engine: StandIn,
    openai_stand_in: StandIn,
    voice: int,
    monkeypatch: pytest.MonkeyPatch,
    day: date,
    badge: str,
    words: str,
) -> None:
    monkeypatch.setattr(session, "today", lambda: day)
    at = open_page("train", voice=voice, place="openai")
    assert not at.exception
    assert badge in at.radio(key="choice_place").options[2]
    assert words in shown(at)
    assert ("train" in {button.key for button in at.button}) == (day < date(2027, 1, 6))


def test_a_server_of_ones_own_is_asked_what_it_can_do(
    open_page: OpenPage,
    ws: Workspace,
    engine: StandIn,
    server: StandIn,
    voice: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VOICETUNE_SERVER_KEY", KEY)
    server.models = [engine.models[0] | {"id": "their-model", "name": "Their model"}]
    at = open_page("train", voice=voice, place="server")
    typed = server.base_url.removesuffix("/v1").removeprefix("http://")
    at.text_input(key="address_server").set_value(typed).run()
    assert not at.exception
    assert typed_address(ws, "server") == server.base_url
    assert "A VoiceTune engine: it trains and answers." in shown(at)
    assert {m.label: m.value for m in at.metric}["Price"] == "Free"
    assert "measured on your server" in shown(at)
    assert found_at(ws, "server")["found"]["engine"]
    assert at.toggle(key="early_stopping").value is True
    there = session.place("server")
    assert there is not None
    assert there.profile.supports.adapter_download
    before = len(server.requests)
    at.run()
    assert "GET /fine_tuning/jobs" not in server.requests[before:]


def test_an_address_that_is_none_is_said(
    open_page: OpenPage, ws: Workspace, engine: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice, place="server")
    at.text_input(key="address_server").set_value("http://host:port").run()
    assert not at.exception
    assert at.error[0].proto.title == "This is no address"
    assert typed_address(ws, "server") == ""


def test_a_server_that_does_not_answer_is_said(
    open_page: OpenPage, engine: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice, place="ollama")
    at.text_input(key="address_ollama").set_value("http://127.0.0.1:9").run()
    assert not at.exception
    assert "Start Ollama on this computer" in at.info[0].value


def test_a_server_that_refuses_the_key_is_said(
    open_page: OpenPage, engine: StandIn, server: StandIn, voice: int
) -> None:
    at = open_page("train", voice=voice, place="server")
    at.text_input(key="address_server").set_value(server.base_url).run()
    assert not at.exception
    assert at.error[0].proto.title == "Nothing to work with at this address"
    assert "My own server does not accept requests without a key." in at.error[0].value


def test_a_file_of_ones_own_that_is_wrong_is_said_with_its_path(
    open_page: OpenPage, engine: StandIn, voice: int, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"providers": [{"id": "x"}]}')
    monkeypatch.setenv("VOICETUNE_PROVIDERS", str(file))
    at = open_page("train", voice=voice)
    assert at.exception

    def page() -> None:
        from voicetune.ui import places
        from voicetune.ui.parts.states import show_script_error

        try:
            places.profiles()
        except ValueError as error:
            show_script_error(error)

    at = AppTest.from_function(page).run()
    assert at.error[0].proto.title == "Your file of places cannot be read"
    assert "providers.0.name" in at.error[0].value.replace("\\", "")
