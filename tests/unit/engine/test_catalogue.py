"""The proposed models: that the list is whole, and what is worked out from it."""

import json
from pathlib import Path

import pytest

from tests.contract.hub import CONFIG, weights
from tests.contract.running_engine import make_base_model
from voicetune.engine.catalogue import FACTS, load_catalogue, needs, read_shape, time_of
from voicetune.engine.hub import HubFile, is_id, wanted
from voicetune.engine.memory import Machine
from voicetune.engine.store import Store, forget_speed, save_speed
from voicetune.home import DATA

MODELS = load_catalogue().models
GIB = 2**30


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_fact_of_a_proposed_model_has_a_source_and_a_day(model):
    assert is_id(model.id)
    assert set(model.facts) == set(FACTS)
    assert all(fact.source for fact in model.facts.values())
    assert model.download_bytes >= 2 * model.parameters * 0.99


def test_the_list_is_sorted_by_size_and_has_no_model_twice():
    sizes = [model.download_bytes for model in MODELS]
    assert sizes == sorted(sizes)
    assert len({model.id for model in MODELS}) == len(MODELS)
    assert "checked on the Hub itself" in load_catalogue().about


def test_no_key_of_the_list_is_passed_over():
    content = (DATA / "open_models.json").read_text("utf-8")
    with pytest.raises(ValueError, match="licens"):
        type(load_catalogue()).model_validate_json(content.replace('"licence":', '"licens":', 1))


def test_a_larger_model_takes_more_memory_and_full_precision_twice_its_weights():
    small, large = MODELS[0].memory_shape, MODELS[-1].memory_shape
    laptop = Machine(weight_bytes=4, free_bytes=16 * GIB)
    assert needs(small, laptop) == {"memory_bytes": pytest.approx(1 * GIB, rel=0.5), "fits": True}
    assert needs(large, laptop)["fits"] is False
    half = Machine(weight_bytes=2, free_bytes=16 * GIB)
    saved = needs(large, laptop)["memory_bytes"] - needs(large, half)["memory_bytes"]
    assert saved == 2 * large.parameters


def test_time_is_measured_here_or_judged_by_the_starter_or_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    starter = make_base_model(tmp_path / "starter")
    monkeypatch.setenv("VOICETUNE_STARTER", str(starter))
    store = Store(tmp_path / "engine")
    shape = MODELS[0].memory_shape
    try:
        assert time_of(store, MODELS[0].id, shape) == {"seconds": None, "measured": False}
        save_speed(store, "voicetune-starter", 2000.0)
        assert time_of(store, MODELS[0].id, shape)["seconds"] is None  # its shape is not told
        (starter / "config.json").write_text(json.dumps(CONFIG))
        (starter / "model.safetensors").write_bytes(weights(100_000))
        judged = time_of(store, MODELS[0].id, shape)
        known = read_shape(CONFIG, 100_000)
        assert known is not None
        assert judged["measured"] is False
        assert judged["seconds"] == round(100 * 224 * 3 / 2000 * shape.work / known.work)
        save_speed(store, MODELS[0].id, 100.0)
        assert time_of(store, MODELS[0].id, shape) == {"seconds": 672, "measured": True}
        forget_speed(store, MODELS[0].id)
        assert time_of(store, MODELS[0].id, shape) == judged
    finally:
        store.close()


def test_of_weights_that_are_there_twice_the_whole_file_is_wanted():
    names = [
        "model.safetensors",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "model.safetensors.index.json",
        "consolidated.safetensors",
        "tokenizer.model",
        "training_args.bin",
        "config.json",
    ]
    files = [HubFile(name, 1) for name in names]
    assert [f.name for f in wanted(files)] == [
        "config.json",
        "model.safetensors",
        "tokenizer.model",
    ]
    parts = [file for file in files if file.name != "model.safetensors"]
    assert {file.name for file in wanted(parts)} == {
        "config.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "model.safetensors.index.json",
        "tokenizer.model",
    }
