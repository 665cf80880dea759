"""More models for this computer, with a running engine and a stand-in for the Hub behind it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.contract.hub import CONFIG, Hub, Repository, model_files, running_hub
from tests.contract.running_engine import RunningEngine, eventually
from tests.ui.conftest import OpenPage
from tests.ui.engine_place import engine as stand_in
from tests.ui.engine_place import model_folder, tokenizer_folder
from tests.ui.test_train_page import shown
from voicetune.providers.client import Place
from voicetune.providers.engine_catalogue import downloads
from voicetune.providers.engine_state import local_models
from voicetune.ui import places
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import Workspace

__all__ = ["stand_in", "tokenizer_folder"]

PROPOSED = "HuggingFaceTB/SmolLM2-135M-Instruct"
OTHER = "Owner/Small-1B"


@pytest.fixture
def hub(tokenizer_folder: Path) -> Iterator[Hub]:
    tokenizer = {path.name: path.read_bytes() for path in tokenizer_folder.iterdir()}
    with running_hub() as hub:
        for name in (PROPOSED, OTHER):
            hub.repositories[name] = Repository(model_files(2_000_000) | tokenizer)
        yield hub


@pytest.fixture
def place(tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    running = RunningEngine(tmp_path, hub=hub.url)
    model_folder(running.starter)
    (running.starter / "config.json").write_text(json.dumps(CONFIG))
    running.start()
    place = Place(places.profiles()["local"], running.url, running.token)
    eventually(lambda: local_models(place)[0].tokens_per_second)
    monkeypatch.setattr(places, "place_of", lambda *_: place)
    monkeypatch.setattr(places, "local_engine_available", lambda: True)
    yield place
    running.stop()


@pytest.fixture
def page(open_page: OpenPage, ws: Workspace, place: Place) -> AppTest:
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    at.session_state["more_models"] = True
    at.run()
    assert not at.exception
    return at


def settled(at: AppTest, place: Place) -> AppTest:
    eventually(lambda: not any(each.running for each in downloads(place)))
    at.run()
    assert not at.exception
    return at


def test_the_list_says_what_a_person_wants_to_know_first(page: AppTest):
    words = shown(page)
    assert "For a quick first try." in words
    assert "271 MB to download · Apache-2.0 · 135 million parameters · training takes" in words
    assert "100 examples: " in words
    assert "271 MB come over the network." in words
    assert "Licence: Apache\\-2\\.0" in words.replace("\N{WORD JOINER}", "")
    assert "of disk and" in words


def test_a_server_with_voicetunes_engine_fetches_models_too(
    open_page: OpenPage, ws: Workspace, place: Place, monkeypatch: pytest.MonkeyPatch
):
    there = replace(place, profile=places.profiles()["server"])
    monkeypatch.setattr(places, "place_of", lambda *_: there)
    monkeypatch.setenv("VOICETUNE_SERVER_URL", place.base_url)
    at = open_page("train", voice=add_sample(ws, "hiring_manager"), place="server")
    at.session_state["more_models"] = True
    at.run()
    assert not at.exception
    assert "stays on your server: it trains and answers there" in shown(at)
    assert "here" not in shown(at).partition("Open models from the Hugging Face Hub.")[2].split()
    at.button(key=f"download_{PROPOSED}").click().run()
    settled(at, there)
    assert PROPOSED in {model.id for model in local_models(there)}


def test_a_model_is_fetched_and_can_be_chosen_then(page: AppTest, place: Place):
    page.button(key=f"download_{PROPOSED}").click().run()
    settled(page, place)
    assert ":green-badge[:material/check: Here]" in shown(page)
    chosen = page.selectbox(key="base_model_local")
    chosen.select(PROPOSED).run()
    assert not page.exception
    assert "108 examples to train on" in shown(page)
    page.button(key=f"delete_{PROPOSED}").click().run()
    assert not page.exception
    assert ":green-badge[:material/check: Here]" not in shown(page)
    assert not [box for box in page.selectbox if box.key == "base_model_local"]


def test_a_download_is_stopped_goes_on_and_is_thrown_away(page: AppTest, hub: Hub, place: Place):
    hub.repositories[PROPOSED].held["model.safetensors"] = 2**20
    page.button(key=f"download_{PROPOSED}").click().run()
    eventually(lambda: downloads(place)[0].bytes >= 2**20)
    page.run()
    assert "1 MB of 4 MB" in page.get("progress")[0].proto.text
    page.button(key=f"stop_{PROPOSED}").click().run()
    assert page.get("progress")[0].proto.text.endswith("stopped")
    page.button(key=f"go_on_{PROPOSED}").click().run()
    page.button(key=f"stop_{PROPOSED}").click().run()
    page.button(key=f"discard_{PROPOSED}").click().run()
    assert not page.exception
    assert not page.get("progress")
    assert downloads(place) == []


def test_any_other_model_is_looked_up_and_fetched(page: AppTest, place: Place):
    page.text_input(key="hub_id").set_value(f" https://huggingface.co/{OTHER} ").run()
    page.button(key="look_up").click().run()
    assert "4 MB to download · apache\\-2\\.0" in shown(page).replace("\N{WORD JOINER}", "")
    page.button(key=f"download_{OTHER}").click().run()
    settled(page, place)
    assert page.selectbox(key="base_model_local").options == ["Starter model", "Small-1B"]


def test_why_a_model_cannot_be_had_is_said(page: AppTest, hub: Hub):
    del hub.repositories[OTHER].files["model.safetensors"]
    page.text_input(key="hub_id").set_value(OTHER).run()
    page.button(key="look_up").click().run()
    assert "no weights as" in page.warning[0].value
    page.text_input(key="hub_id").set_value("<b>none</b>").run()
    page.button(key="look_up").click().run()
    assert "owner/name" in page.error[0].value.replace("\\", "")
    hub.status = 500
    page.button(key=f"download_{PROPOSED}").click().run()
    assert "has trouble right now" in page.error[0].value


def test_an_older_engine_offers_no_list(open_page: OpenPage, ws: Workspace, stand_in):
    at = open_page("train", voice=add_sample(ws, "hiring_manager"))
    assert not at.exception
    assert "More models" not in "".join(each.label for each in at.get("expander"))
