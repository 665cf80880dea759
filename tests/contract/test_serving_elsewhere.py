"""An engine as the server that holds a run's adapter: looked at, then asked in the run's place."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.running_engine import RunningEngine, make_base_model
from tests.contract.test_adapter_from_elsewhere import BASE, CONFIG, LAYER, lora, tensors, zipped
from voicetune.providers.client import Place
from voicetune.providers.profiles import load_profiles
from voicetune.runs.adapter import open_archive
from voicetune.runs.answers import AnswerStream
from voicetune.runs.serving import ServingError, can_travel, serve_at, servers, take_back
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.runs import create_run, get_run, update_run


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    running = RunningEngine(tmp_path_factory.mktemp("server")).start()
    folder = make_base_model(running.home / "models" / BASE)
    (folder / "model.safetensors").write_bytes(tensors(**{f"{LAYER}.weight": [6, 4]}))
    yield running
    running.stop()


@pytest.fixture
def server(engine):
    return Place(load_profiles()["server"], engine.url, engine.token)


@pytest.fixture
def run(ws):
    made = create_run(
        ws,
        key="k",
        dataset_id=create_dataset(ws, "Ferns"),
        dataset_name="Ferns",
        place="local",
        model=BASE,
        files={"training": b""},
    )
    return update_run(ws, made.id, status="succeeded", fine_tuned_model="ft:ferns")


def test_a_run_s_model_is_asked_where_its_adapter_is_and_taken_back(ws, run, server):
    archive = zipped(
        **{
            "adapter_config.json": json.dumps(CONFIG).encode(),
            "adapter_model.safetensors": lora(),
        }
    )
    with pytest.raises(ServingError, match=r"no model named “voice”. It has: voicetune-starter"):
        serve_at(ws, run, server, "voice")
    name = open_archive(server, BASE, "voice", archive)
    served = serve_at(ws, run, server, name)
    assert get_run(ws, run.id) == served
    assert name.encode() in on_disk(ws)
    assert server.api_key.encode() not in on_disk(ws)
    there = replace(server, base_url=served.served_url)
    parts = AnswerStream(there, served.served_as, [{"role": "user", "content": "hello"}])
    assert "".join(part.text for part in parts).strip() == "tuned: hello"
    assert take_back(ws, served).served_at is None
    assert get_run(ws, run.id).fine_tuned_model == "ft:ferns"


def test_a_server_that_cannot_be_asked_leaves_the_run_where_it_is(ws, run, server):
    with pytest.raises(ServingError, match="does not accept this key") as refused:
        serve_at(ws, run, replace(server, api_key="vt-wrong-key"), "voice")
    assert "vt-wrong-key" not in str(refused.value)
    with pytest.raises(ServingError, match=r"Nothing answers at http://127.0.0.1:9/v1"):
        serve_at(ws, run, replace(server, base_url="http://127.0.0.1:9/v1"), "voice")
    assert get_run(ws, run.id).served_at is None


def on_disk(ws) -> bytes:
    """All that the workspace has on disk."""
    file = Path(ws.engine.url.database)
    return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))


def test_only_a_finished_run_whose_adapter_can_be_fetched_travels(run):
    profiles = load_profiles()
    assert can_travel(run, profiles["local"])
    assert not can_travel(run, profiles["openai"])
    assert not can_travel(replace(run, rehearsal=True), profiles["local"])
    assert not can_travel(replace(run, status="failed"), profiles["local"])
    assert [profile.id for profile in servers(profiles)] == [
        "vllm",
        "ollama",
        "lmstudio",
        "llamacpp",
        "compatible",
        "server",
    ]
