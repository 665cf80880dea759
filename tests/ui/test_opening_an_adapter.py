"""An adapter's ZIP from elsewhere, opened in Compare by the engine itself."""

import json
from collections.abc import Iterator

import pytest

from tests.contract.running_engine import RunningEngine, make_base_model
from tests.contract.test_adapter_from_elsewhere import BASE, CONFIG, LAYER, lora, tensors, zipped
from tests.ui.conftest import OpenPage, address
from tests.ui.test_compare_page import ask, shown
from voicetune.providers.client import Place
from voicetune.ui import places
from voicetune.ui.samples import add_sample
from voicetune.workspace import chats
from voicetune.workspace.database import Workspace

NAMED = json.dumps({**CONFIG, "base_model_name_or_path": BASE}).encode()


@pytest.fixture
def engine(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningEngine]:
    running = RunningEngine(tmp_path_factory.mktemp("engine")).start()
    folder = make_base_model(running.home / "models" / BASE)
    (folder / "model.safetensors").write_bytes(tensors(**{f"{LAYER}.weight": [6, 4]}))

    def place_of(profile_id: str, typed_key: str = "", typed_address: str = "") -> Place | None:
        profile = places.profiles()[profile_id]
        return Place(profile, running.url, running.token) if profile.local else None

    monkeypatch.setattr(places, "place_of", place_of)
    yield running
    running.stop()


def test_a_zip_is_opened_and_asked_beside_its_base_model(
    open_page: OpenPage, ws: Workspace, engine: RunningEngine
) -> None:
    voice = add_sample(ws, "hiring_manager")
    at = open_page("compare", voice=voice)
    archive = zipped(**{"adapter_config.json": NAMED, "adapter_model.safetensors": lora(out=7)})
    at.file_uploader(key="adapter_zip").upload("my voice.zip", archive, "application/zip").run()
    assert not at.exception
    assert at.selectbox(key="adapter_base").value == BASE
    at.button(key="open_adapter").click().run()
    assert "was made for another base model" in shown(at)

    archive = zipped(**{"adapter_config.json": NAMED, "adapter_model.safetensors": lora()})
    at.file_uploader(key="adapter_zip").upload("my voice.zip", archive, "application/zip").run()
    at.button(key="open_adapter").click().run()
    assert not at.exception
    right = at.selectbox(key="corner_right")
    assert right.value.startswith(f"local/ft:{BASE}:elsewhere:my-voice:")
    assert address(at, "right") == right.value
    at.selectbox(key="corner_left").set_value(f"local/{BASE}").run()
    ask(at, "How do I begin?")
    (turn,) = chats.list_turns(ws, None)
    assert turn.answers["right"].answer.startswith("tuned: ")
    assert not turn.answers["left"].answer.startswith("tuned: ")
