"""Open models by download: the engine over real HTTP, and a stand-in for the Hub behind it."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.contract.hub import CONFIG, TOKEN, Hub, Repository, model_files, running_hub, weights
from tests.contract.running_engine import RunningEngine, eventually, make_base_model

NAME = "Owner/Small-1B"
FETCHED = {
    "chat_template.jinja",
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
}
LARGE = 2_000_000
"""Numbers in the weights of a model that takes several pieces to fetch."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as hub:
        hub.repositories[NAME] = Repository(model_files(LARGE))
        yield hub


@pytest.fixture
def engine(tmp_path: Path, hub: Hub) -> Iterator[RunningEngine]:
    running = RunningEngine(tmp_path, hub=hub.url).start()
    yield running
    running.stop()


@pytest.fixture
def folder(engine: RunningEngine) -> Path:
    return engine.home / "models" / NAME


def start(engine: RunningEngine, model: str = NAME) -> dict[str, Any]:
    response = engine.request("POST", "/engine/downloads", json={"model": model})
    assert response.status_code == 200, response.text
    return dict(response.json())


def refused(response: httpx2.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    return dict(response.json()["error"])


def download(engine: RunningEngine, download_id: str) -> dict[str, Any]:
    listed = engine.request("GET", "/engine/downloads").json()["data"]
    return next(each for each in listed if each["id"] == download_id)


def wait_for(engine: RunningEngine, download_id: str, status: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        now = download(engine, download_id)
        assert now["status"] in ("running", status), now
        return now if now["status"] == status else None

    return eventually(look)


def come(engine: RunningEngine, download_id: str, at_least: int) -> None:
    eventually(lambda: download(engine, download_id)["bytes"] >= at_least)


def test_a_model_is_fetched_and_trained_on(engine: RunningEngine, hub: Hub, folder: Path):
    begun = start(engine)
    assert (begun["model"], begun["licence"]) == (NAME, "apache-2.0")
    done = wait_for(engine, begun["id"], "succeeded")
    assert done["bytes"] == done["total_bytes"] > 2 * LARGE
    there = {path.name for path in folder.iterdir()}
    assert there == FETCHED | {"voicetune-download.json"}
    assert (folder / "model.safetensors").read_bytes() == weights(LARGE)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert NAME in [model.id for model in engine.sdk.models.list()]
    job = engine.wait_for(engine.job(model=NAME), "succeeded")
    assert engine.asked()[-1]["model"] == str(folder)
    assert job.fine_tuned_model.startswith(f"ft:{NAME}:local")


def test_its_speed_is_measured_once_it_is_here(engine: RunningEngine):
    wait_for(engine, start(engine)["id"], "succeeded")

    def measured() -> Any:
        models = engine.request("GET", "/engine").json()["models"]
        return next(each for each in models if each["id"] == NAME)["tokens_per_second"]

    assert eventually(measured) == 2345.6


def test_pickles_and_code_are_never_asked_for(engine: RunningEngine, hub: Hub):
    wait_for(engine, start(engine)["id"], "succeeded")
    names = {name for name, _ in hub.asked}
    assert not [name for name in names if name.endswith((".bin", ".py", ".pt", ".md"))]
    assert "onnx/model.json" not in names


def test_a_connection_that_breaks_is_taken_up_where_it_broke(
    engine: RunningEngine, hub: Hub, folder: Path
):
    hub.repositories[NAME].cut["model.safetensors"] = [2_500_000]
    wait_for(engine, start(engine)["id"], "succeeded")
    ranges = [asked for name, asked in hub.asked if name == "model.safetensors"]
    assert ranges == [None, f"bytes={2 * 2**20}-"]
    assert (folder / "model.safetensors").read_bytes() == weights(LARGE)


def test_a_cancelled_download_goes_on_where_it_stopped(
    engine: RunningEngine, hub: Hub, folder: Path
):
    repository = hub.repositories[NAME]
    repository.held["model.safetensors"] = 2 * 2**20
    begun = start(engine)
    assert start(engine)["id"] == begun["id"]
    come(engine, begun["id"], 2**20)
    cancelled = engine.request("POST", f"/engine/downloads/{begun['id']}/cancel").json()
    assert cancelled["status"] == "cancelled"
    assert not folder.exists()
    assert NAME not in [model.id for model in engine.sdk.models.list()]
    error = refused(engine.request("POST", f"/engine/downloads/{begun['id']}/cancel"), 400)
    assert error["code"] == "download_cancelled"
    repository.go_on.set()
    again = start(engine)
    assert again["id"] == begun["id"]
    assert again["bytes"] >= 2**20
    wait_for(engine, begun["id"], "succeeded")
    ranges = [asked for name, asked in hub.asked if name == "model.safetensors"]
    assert len(ranges) == 2
    assert ranges[1].startswith("bytes=")
    assert (folder / "model.safetensors").read_bytes() == weights(LARGE)


def test_a_killed_engine_leaves_a_download_that_goes_on(
    engine: RunningEngine, hub: Hub, folder: Path
):
    repository = hub.repositories[NAME]
    repository.held["model.safetensors"] = 2 * 2**20
    begun = start(engine)
    come(engine, begun["id"], 2**20)
    engine.process.send_signal(signal.SIGKILL)
    engine.kill()
    engine.start()
    left = download(engine, begun["id"])
    assert left["status"] == "interrupted"
    assert left["bytes"] >= 2**20
    repository.go_on.set()
    assert start(engine)["id"] == begun["id"]
    wait_for(engine, begun["id"], "succeeded")
    assert (folder / "model.safetensors").read_bytes() == weights(LARGE)


def test_a_model_that_changed_meanwhile_is_fetched_anew(
    engine: RunningEngine, hub: Hub, folder: Path
):
    repository = hub.repositories[NAME]
    repository.held["model.safetensors"] = 2**20
    begun = start(engine)
    come(engine, begun["id"], 2**20)
    engine.request("POST", f"/engine/downloads/{begun['id']}/cancel")
    repository.go_on.set()
    repository.revision = "b" * 40
    repository.files["model.safetensors"] = weights(LARGE // 2)
    wait_for(engine, start(engine)["id"], "succeeded")
    assert (folder / "model.safetensors").read_bytes() == weights(LARGE // 2)


def test_a_file_that_is_not_what_the_hub_tells_is_refused(
    engine: RunningEngine, hub: Hub, folder: Path
):
    hub.repositories[NAME].spoilt.add("model.safetensors")
    failed = wait_for(engine, start(engine)["id"], "failed")
    assert failed["error"]["code"] == "download_damaged"
    assert not folder.exists()
    hub.repositories[NAME].spoilt.clear()
    wait_for(engine, start(engine)["id"], "succeeded")


def test_a_lost_network_is_said_and_what_has_come_is_kept(engine: RunningEngine, hub: Hub):
    hub.repositories[NAME].cut["model.safetensors"] = [2**20, *[0] * 8]
    begun = start(engine)
    failed = wait_for(engine, begun["id"], "failed")
    assert failed["error"]["code"] == "no_network"
    assert failed["bytes"] >= 2**20
    hub.repositories[NAME].cut.clear()
    wait_for(engine, start(engine)["id"], "succeeded")


def test_a_name_that_leads_elsewhere_is_not_fetched(engine: RunningEngine, hub: Hub, folder: Path):
    hostile = {
        "../../../escaped.json": b"{}",
        "/tmp/escaped.json": b"{}",
        "sub/escaped.json": b"{}",
        "..\\escaped.json": b"{}",
        "C:escaped.json": b"{}",
        ".hidden.json": b"{}",
        "voicetune-download.json": b'{"model": "Other/Model"}',
    }
    hub.repositories[NAME].files |= hostile
    wait_for(engine, start(engine)["id"], "succeeded")
    assert not [name for name, _ in hub.asked if name in hostile]
    assert json.loads((folder / "voicetune-download.json").read_text())["model"] == NAME
    assert not list(engine.home.rglob("*escaped*"))


def test_a_link_that_stands_in_the_way_is_not_followed(
    engine: RunningEngine, hub: Hub, folder: Path, tmp_path: Path
):
    aim = tmp_path / "somebody-s.txt"
    aim.write_text("mine")
    hub.repositories[NAME].held["model.safetensors"] = 2**20
    begun = start(engine)
    come(engine, begun["id"], 2**20)
    engine.request("POST", f"/engine/downloads/{begun['id']}/cancel")
    hub.repositories[NAME].go_on.set()
    part = folder.with_name(f".{folder.name}.partial") / "model.safetensors.part"
    part.unlink()
    part.symlink_to(aim)
    assert wait_for(engine, start(engine)["id"], "failed")["error"]
    assert aim.read_text() == "mine"


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../b", "a", "a/b/c", "/a/b", "a/b\n", "a/.b", "a//b", "a/b.git", "a/b..c", "é/b"],
)
def test_an_id_that_is_none_is_refused(engine: RunningEngine, name: str):
    response = engine.request("POST", "/engine/downloads", json={"model": name})
    assert refused(response, 400)["param"] == "model"
    assert not list((engine.home / "models").iterdir())


def test_the_hub_s_spelling_of_a_name_is_the_folder_s(engine: RunningEngine, folder: Path):
    begun = start(engine, NAME.lower())
    assert begun["model"] == NAME
    wait_for(engine, begun["id"], "succeeded")
    assert folder.is_dir()
    response = engine.request("POST", "/engine/downloads", json={"model": NAME})
    assert refused(response, 400)["code"] == "model_here"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model.safetensors": None}, "no weights as model.safetensors"),
        ({"model.safetensors": None, "adapter_model.safetensors": b"x"}, "no weights"),
        ({"tokenizer.json": None}, "no tokenizer.json"),
        ({"chat_template.jinja": None}, "no chat template"),
        ({"config.json": json.dumps(CONFIG | {"model_type": "own_kind"}).encode()}, "own_kind"),
        ({"config.json": json.dumps(CONFIG | {"quantization_config": {}}).encode()}, "packed"),
        ({"config.json": json.dumps(CONFIG | {"architectures": ["BertModel"]}).encode()}, "text"),
        ({"config.json": b"not JSON"}, "kind"),
    ],
)
def test_a_model_that_cannot_be_trained_says_why(
    engine: RunningEngine, hub: Hub, change: dict[str, bytes | None], words: str
):
    files = hub.repositories[NAME].files | change
    hub.repositories[NAME].files = {k: v for k, v in files.items() if v is not None}
    looked = engine.request("GET", f"/engine/catalogue/{NAME}").json()
    assert words in looked["problem"]
    error = refused(engine.request("POST", "/engine/downloads", json={"model": NAME}), 400)
    assert (error["code"], error["message"]) == ("model_not_supported", looked["problem"])


def test_any_model_can_be_looked_up(engine: RunningEngine, hub: Hub):
    looked = engine.request("GET", f"/engine/catalogue/{NAME}").json()
    assert looked["id"] == NAME
    assert looked["licence"] == "apache-2.0"
    sizes = [len(hub.repositories[NAME].files[name]) for name in FETCHED]
    assert looked["download_bytes"] == sum(sizes)
    assert looked["has"] == {"safetensors": True, "tokenizer": True, "chat_template": True}
    assert looked["context"] == 2048
    assert looked["fits"] is True
    assert looked["enough_disk"] is True
    assert looked["problem"] is None
    assert not [name for name, _ in hub.asked if name == "model.safetensors"]


def test_a_template_in_the_tokenizer_s_settings_is_one(engine: RunningEngine, hub: Hub):
    files = hub.repositories[NAME].files
    del files["chat_template.jinja"]
    files["tokenizer_config.json"] = b'{"chat_template": "{{ messages }}"}'
    assert engine.request("GET", f"/engine/catalogue/{NAME}").json()["problem"] is None
    wait_for(engine, start(engine)["id"], "succeeded")


def test_a_gated_model_asks_for_agreement(engine: RunningEngine, hub: Hub):
    hub.repositories[NAME].gated = True
    looked = engine.request("GET", f"/engine/catalogue/{NAME}").json()
    assert looked["gated"] is True
    assert "Agree to them" in looked["problem"]
    response = engine.request("POST", "/engine/downloads", json={"model": NAME})
    assert refused(response, 403)["code"] == "gated_model"


def test_a_person_s_own_access_opens_a_gated_model(tmp_path: Path, hub: Hub):
    hub.repositories[NAME].gated = True
    engine = RunningEngine(tmp_path, hub=hub.url)
    engine.environment["HF_TOKEN"] = TOKEN
    engine.start()
    try:
        wait_for(engine, start(engine)["id"], "succeeded")
        kept = [path for path in engine.home.rglob("*") if path.is_file()]
        assert not [path for path in kept if TOKEN.encode() in path.read_bytes()]
    finally:
        engine.stop()


def test_a_model_that_is_not_there_is_said(engine: RunningEngine):
    for response in (
        engine.request("GET", "/engine/catalogue/Owner/None"),
        engine.request("POST", "/engine/downloads", json={"model": "Owner/None"}),
    ):
        error = refused(response, 404)
        assert error["code"] == "model_not_found"
        assert "Owner/None" in error["message"]


def test_a_hub_in_trouble_is_said(engine: RunningEngine, hub: Hub):
    hub.status = 500
    error = refused(engine.request("GET", f"/engine/catalogue/{NAME}"), 503)
    assert error["code"] == "hub_trouble"


def test_without_a_network_the_list_is_there_and_a_download_says_so(fresh_engine: RunningEngine):
    listed = fresh_engine.request("GET", "/engine/catalogue").json()
    assert len(listed["models"]) >= 7
    response = fresh_engine.request("POST", "/engine/downloads", json={"model": NAME})
    error = refused(response, 503)
    assert error["code"] == "no_network"
    assert "cannot be reached" in error["message"]


def test_a_disk_that_is_too_small_is_said_in_numbers(engine: RunningEngine, hub: Hub):
    class Endless(bytes):
        def __len__(self) -> int:
            return 10**16

    hub.repositories[NAME].files["vocab.txt"] = Endless()
    response = engine.request("POST", "/engine/downloads", json={"model": NAME})
    error = refused(response, 507)
    assert error["code"] == "not_enough_disk"
    assert "10,000,000.0 GB more" in error["message"]
    assert engine.request("GET", f"/engine/catalogue/{NAME}").json()["enough_disk"] is False


def test_the_catalogue_says_what_is_here_what_fits_and_how_long(engine: RunningEngine, hub: Hub):
    proposed = engine.request("GET", "/engine/catalogue").json()["models"][0]["id"]
    hub.repositories[proposed] = Repository(model_files())
    wait_for(engine, start(engine, proposed)["id"], "succeeded")

    def measured() -> Any:
        models = engine.request("GET", "/engine/catalogue").json()["models"]
        return models if models[0]["time"]["measured"] else None

    first, *others = eventually(measured)
    assert first["here"] is True
    assert first["fits"] is True
    assert first["time"]["seconds"] > 0
    assert not any(each["here"] for each in others)
    assert all(each["memory_bytes"] > first["memory_bytes"] for each in others)


def test_a_downloaded_model_is_deleted(engine: RunningEngine, folder: Path):
    wait_for(engine, start(engine)["id"], "succeeded")
    deleted = engine.request("DELETE", f"/engine/models/{NAME}").json()
    assert deleted == {"id": NAME, "object": "model", "deleted": True}
    assert not list(folder.parent.iterdir())
    assert not engine.request("GET", "/engine/downloads").json()["data"]
    assert engine.request("DELETE", f"/engine/models/{NAME}").status_code == 404
    wait_for(engine, start(engine)["id"], "succeeded")


def test_what_has_come_of_a_model_is_thrown_away(engine: RunningEngine, hub: Hub, folder: Path):
    hub.repositories[NAME].held["model.safetensors"] = 2**20
    begun = start(engine)
    come(engine, begun["id"], 2**20)
    assert engine.request("DELETE", f"/engine/models/{NAME}").status_code == 200
    assert not list(folder.parent.iterdir())
    assert not engine.request("GET", "/engine/downloads").json()["data"]


def test_a_model_that_others_need_is_not_deleted(engine: RunningEngine, folder: Path):
    wait_for(engine, start(engine)["id"], "succeeded")
    tuned = engine.wait_for(engine.job(model=NAME), "succeeded").fine_tuned_model
    error = refused(engine.request("DELETE", f"/engine/models/{NAME}"), 400)
    assert error["code"] == "model_in_use"
    assert tuned in error["message"]
    for model in [each.id for each in engine.sdk.models.list() if each.id.startswith("ft:")]:
        engine.sdk.models.delete(model)
    engine.play(steps=4, step_seconds=600)
    job = engine.job(model=NAME)
    error = refused(engine.request("DELETE", f"/engine/models/{NAME}"), 400)
    assert job in error["message"]
    engine.sdk.fine_tuning.jobs.cancel(job)
    assert engine.request("DELETE", f"/engine/models/{NAME}").status_code == 200
    assert not folder.exists()


def test_a_model_that_was_put_there_by_hand_stays(engine: RunningEngine, tmp_path: Path):
    own = make_base_model(engine.home / "models" / "Own" / "Model")
    elsewhere = make_base_model(tmp_path / "elsewhere")
    (elsewhere / "voicetune-download.json").write_text("{}")
    (engine.home / "models" / "Own" / "Link").symlink_to(elsewhere)
    for name in ("Own/Model", "Own/Link", "voicetune-starter"):
        error = refused(engine.request("DELETE", f"/engine/models/{name}"), 400)
        assert error["code"] == "model_not_deletable"
    assert (own / "config.json").exists()
    assert (elsewhere / "config.json").exists()


def test_an_idle_engine_is_small(engine: RunningEngine):
    wait_for(engine, start(engine)["id"], "succeeded")
    status = Path(f"/proc/{engine.process.pid}/status").read_text()
    kilobytes = int(status.partition("VmRSS:")[2].split()[0])
    assert kilobytes < 120 * 1024
