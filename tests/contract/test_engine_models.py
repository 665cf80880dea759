"""/v1/models and /v1/engine over real HTTP."""

import io
import json
import zipfile

import openai
import pytest
from openai.types import Model, ModelDeleted

from tests.contract.running_engine import RunningEngine, eventually, make_base_model
from tests.contract.sdk_types import strictly


@pytest.fixture
def tuned(engine: RunningEngine) -> str:
    return engine.wait_for(engine.job(suffix="garden/voice"), "succeeded").fine_tuned_model


def test_every_model_response_is_strictly_the_sdk_s(engine: RunningEngine, tuned: str):
    body = engine.request("GET", "/models").json()
    assert set(body) == {"object", "data"}
    models = [strictly(Model, json.dumps(item)) for item in body["data"]]
    assert models[0].id == "voicetune-starter"
    assert tuned in [model.id for model in models]
    for name in ("voicetune-starter", tuned, f"{tuned}:ckpt-step-4"):
        assert strictly(Model, engine.request("GET", f"/models/{name}").text).id == name
    assert engine.sdk.models.retrieve(tuned).id == tuned
    assert strictly(ModelDeleted, engine.request("DELETE", f"/models/{tuned}").text).deleted
    with pytest.raises(openai.NotFoundError):
        engine.sdk.models.retrieve(tuned)


def test_deleting_a_tuned_model_keeps_the_weights_its_checkpoint_uses(
    engine: RunningEngine, tuned: str
):
    last = f"{tuned}:ckpt-step-4"
    engine.sdk.models.delete(tuned)
    adapters = list((engine.home / "jobs").glob("*/checkpoint-4"))
    assert engine.sdk.models.retrieve(last).id == last
    engine.sdk.models.delete(last)
    assert len(list((engine.home / "jobs").glob("*/checkpoint-4"))) == len(adapters) - 1


def test_a_base_model_is_not_deleted(engine: RunningEngine):
    with pytest.raises(openai.BadRequestError) as error:
        engine.sdk.models.delete("voicetune-starter")
    assert error.value.code == "model_not_deletable"
    assert (engine.starter / "model.safetensors").exists()


def test_a_model_that_a_job_trains_on_is_not_deleted(fresh_engine: RunningEngine):
    first = fresh_engine.wait_for(fresh_engine.job(), "succeeded").fine_tuned_model
    fresh_engine.play(steps=4, step_seconds=600)
    job_id = fresh_engine.job(model=first)
    with pytest.raises(openai.BadRequestError) as error:
        fresh_engine.sdk.models.delete(first)
    assert error.value.code == "model_in_use"
    fresh_engine.sdk.fine_tuning.jobs.cancel(job_id)


def test_model_folders_are_found_and_unfit_ones_are_not(fresh_engine: RunningEngine):
    folder = fresh_engine.home / "models"
    make_base_model(folder / "tiny")
    make_base_model(folder / "Owner" / "Small-1B")
    unfit = make_base_model(folder / "no-template")
    (unfit / "chat_template.jinja").unlink()
    models = [model.id for model in fresh_engine.sdk.models.list()]
    assert models == ["voicetune-starter", "Owner/Small-1B", "tiny"]
    assert fresh_engine.sdk.models.retrieve("Owner/Small-1B").owned_by == "local"
    job = fresh_engine.wait_for(fresh_engine.job(model="Owner/Small-1B"), "succeeded")
    assert job.fine_tuned_model.startswith("ft:Owner/Small-1B:local::")
    assert fresh_engine.sdk.models.retrieve(job.fine_tuned_model).id == job.fine_tuned_model
    assert fresh_engine.asked()[0]["model"] == str(folder / "Owner" / "Small-1B")


def test_a_folder_outside_the_model_folder_is_not_a_model(engine: RunningEngine):
    for name in ("../starter", "..%2Fstarter", "%2Fetc", str(engine.starter)):
        assert engine.request("GET", f"/models/{name}").status_code == 404


def test_the_engine_tells_its_models_and_their_measured_speed(fresh_engine: RunningEngine):
    def measured():
        state = fresh_engine.request("GET", "/engine").json()
        return state if state["models"][0]["tokens_per_second"] else None

    state = eventually(measured)
    assert set(state) == {"version", "models", "queue", "chat"}
    assert state["queue"] == 0
    assert state["chat"] == "ready"
    model = state["models"][0]
    assert model.pop("measured_at") > 0
    assert model == {
        "id": "voicetune-starter",
        "name": "Starter model",
        "folder": str(fresh_engine.starter),
        "parameters": 3,
        "context": 1024,
        "tokens_per_second": 2345.6,
        "licence": None,
    }


def test_a_finished_job_refines_the_speed(fresh_engine: RunningEngine):
    fresh_engine.wait_for(fresh_engine.job(), "succeeded")
    model = fresh_engine.request("GET", "/engine").json()["models"][0]
    assert model["tokens_per_second"] == 123.0


def test_an_adapter_comes_as_a_zip_without_this_computer_s_paths(engine: RunningEngine, tuned: str):
    response = engine.request("GET", f"/engine/adapters/{tuned}")
    assert response.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        names = ["README.md", "adapter_config.json", "adapter_model.safetensors"]
        assert archive.namelist() == names
        readme = archive.read("README.md").decode()
        config = json.loads(archive.read("adapter_config.json"))
    assert config["base_model_name_or_path"] == "voicetune-starter"
    assert "/secret" not in str(config)
    assert tuned in readme
    assert str(engine.home) not in readme
    eventually(lambda: not list((engine.home / "uploads").iterdir()))
    assert engine.request("GET", f"/engine/adapters/{tuned}").content == response.content
    assert engine.request("GET", "/engine/adapters/voicetune-starter").status_code == 400
    assert engine.request("GET", "/engine/adapters/ft:none").status_code == 404
