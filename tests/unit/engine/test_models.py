"""The base models on this computer."""

import json
from pathlib import Path

import pytest

from tests.contract.running_engine import make_base_model
from tests.unit.engine.test_job_store import make_job
from voicetune.engine.errors import ApiError
from voicetune.engine.job_store import add_job, job_folder, save_model
from voicetune.engine.models import base_models, load_of, starter_folder, what_is_missing
from voicetune.engine.store import Store


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VOICETUNE_STARTER", str(make_base_model(tmp_path / "starter")))
    store = Store(tmp_path / "engine")
    yield store
    store.close()


def test_the_starter_ships_with_the_project_unless_it_is_moved(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("VOICETUNE_STARTER", raising=False)
    assert starter_folder().parts[-2:] == ("data", "starter")
    monkeypatch.setenv("VOICETUNE_STARTER", "/elsewhere")
    assert starter_folder() == Path("/elsewhere")


def test_parameters_and_context_are_read_without_loading(store: Store):
    (starter,) = base_models(store.home)
    assert (starter.id, starter.parameters, starter.context) == ("voicetune-starter", 3, 1024)


@pytest.mark.parametrize(
    ("gone", "missing"),
    [
        ("config.json", "config.json"),
        ("model.safetensors", "safetensors"),
        ("tokenizer.json", "tokenizer.json"),
        ("chat_template.jinja", "chat template"),
    ],
)
def test_a_folder_lacking_a_part_is_not_a_model(store: Store, gone: str, missing: str):
    (starter_folder() / gone).unlink()
    assert missing in what_is_missing(starter_folder())
    assert base_models(store.home) == []


def test_a_template_may_stand_in_the_tokenizer_s_settings(tmp_path: Path):
    folder = make_base_model(tmp_path / "model")
    (folder / "chat_template.jinja").unlink()
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": "{{ messages }}"}))
    assert what_is_missing(folder) is None


def test_a_tuned_model_without_its_base_says_what_is_missing(store: Store):
    job = make_job(1)
    add_job(store, job)
    save_model(store, job, job.name, job_folder(store, job.id) / "checkpoint-1")
    assert load_of(store, job.name).adapter.endswith("checkpoint-1")
    assert load_of(store, "voicetune-starter").adapter is None
    (starter_folder() / "config.json").unlink()
    with pytest.raises(ApiError, match="tuned from 'voicetune-starter'") as error:
        load_of(store, job.name)
    assert error.value.status == 404


@pytest.mark.parametrize("content", [b"", b"not weights at all", b"\x02" + bytes(7) + b"[]"])
def test_a_broken_model_does_not_hide_the_others(store: Store, content: bytes):
    broken = make_base_model(store.home / "models" / "broken")
    (broken / "model.safetensors").write_bytes(content)
    assert "can be read" in what_is_missing(broken)
    assert [base.id for base in base_models(store.home)] == ["voicetune-starter"]
