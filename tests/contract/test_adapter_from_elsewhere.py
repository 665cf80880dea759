"""An adapter trained at Nebius is fetched from its checkpoint and opened in the engine here."""

import io
import json
import struct
import zipfile
from dataclasses import replace

import pytest

from tests.contract.running_engine import RunningEngine, make_base_model
from tests.stand_in import KEY, running_stand_in
from tests.unit.runs.conftest import example
from voicetune.providers.client import Place
from voicetune.providers.profiles import load_profiles
from voicetune.rehearsal.dialect import NEBIUS
from voicetune.runs.adapter import (
    AdapterError,
    base_here,
    named_base,
    open_archive,
    open_here,
    opened_here,
)
from voicetune.runs.launch import Settings, launch, prepare
from voicetune.runs.watch import poll_run
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples

BASE = "Qwen/Qwen3-0.6B"
CONFIG = {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "base_model_name_or_path": "/etc/passwd"}
LAYER = "layers.0.proj"


def tensors(**shapes: list[int]) -> bytes:
    """A safetensors file of zeros."""
    header, begin = {}, 0
    for name, shape in shapes.items():
        end = begin + 4 * shape[0] * shape[1]
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}
        begin = end
    written = json.dumps(header).encode()
    return struct.pack("<Q", len(written)) + written + bytes(begin)


def lora(out: int = 6, inner: int = 4, rank: int = 2, layer: str = LAYER) -> bytes:
    name = f"base_model.model.{layer}"
    return tensors(**{f"{name}.lora_A.weight": [rank, inner], f"{name}.lora_B.weight": [out, rank]})


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    running = RunningEngine(tmp_path_factory.mktemp("adapters")).start()
    folder = make_base_model(running.home / "models" / BASE)
    (folder / "model.safetensors").write_bytes(tensors(**{f"{LAYER}.weight": [6, 4]}))
    yield running
    running.stop()


@pytest.fixture
def local(engine):
    return Place(load_profiles()["local"], engine.url, engine.token)


@pytest.fixture
def nebius():
    with running_stand_in(NEBIUS) as stand_in:
        yield stand_in


@pytest.fixture
def finished(ws, nebius):
    """A finished run at the stand-in; `keep` gives its last checkpoint these files."""
    place = Place(load_profiles()["nebius"], nebius.base_url, KEY)
    dataset = create_dataset(ws, "Ferns")
    add_examples(ws, dataset, [example(n) for n in range(12)], "Add")
    run = launch(ws, prepare(ws, dataset, place, BASE, Settings(suffix="ferns"), "k"), place)
    nebius.checkpoint(run.job_id, 10, train_loss=1.0)
    nebius.checkpoint(run.job_id, 20, train_loss=0.5)
    nebius.finish(run.job_id)
    run = poll_run(ws, run, place)
    assert run.status == "succeeded"

    def keep(**files: bytes):
        ids = [nebius.keep_file(name, content) for name, content in files.items()]
        nebius.checkpoints[run.job_id][0]["result_files"] = ids

    return run, place, keep


def test_a_finished_job_s_adapter_is_opened_here_and_answers(ws, finished, local, engine):
    run, place, keep = finished
    keep(
        **{
            "ckpt/adapter_config.json": json.dumps(CONFIG).encode(),
            "..\\..\\adapter_model.safetensors": lora(),
            "/etc/tokenizer.json": b"{}",
        }
    )
    assert base_here(run, place, local) == BASE
    run = open_here(ws, run, place, local, BASE)
    assert run.answers_at == "local"
    assert run.answers_as.startswith(f"ft:{BASE}:elsewhere:ferns:")
    assert run.answers_as in {model.id for model in engine.sdk.models.list()}
    answer = engine.sdk.chat.completions.create(
        model=run.answers_as, messages=[{"role": "user", "content": "hello"}]
    )
    assert answer.choices[0].message.content.strip() == "tuned: hello"
    folders = list((engine.home / "jobs").glob("*/adapter"))
    kept = json.loads((folders[0] / "adapter_config.json").read_text())
    assert "base_model_name_or_path" not in kept
    assert kept["target_modules"] == [LAYER]


@pytest.mark.parametrize(
    ("config", "weights", "reason"),
    [
        (CONFIG, b"not safetensors at all", "not a safetensors file"),
        (CONFIG, struct.pack("<Q", 2**60) + b"{}", "not a safetensors file"),
        (CONFIG, b"\x80\x04\x95pickle", "not a safetensors file"),
        (CONFIG, lora(out=7), "made for another base model"),
        (CONFIG, lora(layer="layers.9.proj"), "made for another base model"),
        (CONFIG, tensors(**{f"{LAYER}.weight": [6, 4]}), "LoRA matrices in pairs"),
        ({**CONFIG, "peft_type": "IA3"}, lora(), "Only plain LoRA"),
        ({**CONFIG, "r": "2"}, lora(), "neither rank nor alpha"),
        ({**CONFIG, "alpha_pattern": {"a": "x"}}, lora(), "cannot be read"),
        ([], lora(), "Only plain LoRA"),
    ],
)
def test_what_is_no_adapter_of_this_base_model_is_refused_and_leaves_nothing(
    ws, finished, local, engine, config, weights, reason
):
    run, place, keep = finished
    before = set((engine.home / "jobs").iterdir())
    keep(
        **{
            "adapter_config.json": json.dumps(config).encode(),
            "adapter_model.safetensors": weights,
        }
    )
    with pytest.raises(AdapterError, match=reason):
        open_here(ws, run, place, local, BASE)
    assert set((engine.home / "jobs").iterdir()) == before
    assert list((engine.home / "uploads").iterdir()) == []


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_a_zip_made_by_hand_is_opened_wherever_in_it_the_two_files_lie(local, engine):
    archive = zipped(
        **{
            "my voice/adapter_config.json": json.dumps(CONFIG).encode(),
            "my voice/adapter_model.safetensors": lora(),
            "my voice/README.md": b"# read me",
            "my voice/tokenizer.json": b"{}",
            "__MACOSX/my voice/._adapter_config.json": b"\0",
            "../../escape.txt": b"x",
        }
    )
    opened = open_archive(local, BASE, "my voice (1)", archive)
    assert opened.startswith(f"ft:{BASE}:elsewhere:my-voice-1:")
    assert opened in opened_here(local)
    assert BASE not in opened_here(local)
    assert not list(engine.home.rglob("escape.txt"))
    assert not list(engine.home.rglob("jobs/*/adapter/README.md"))


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        (b"no zip", "not a ZIP"),
        (zipped(**{"adapter_config.json": b"{}", "adapter_model.bin": b"\x80"}), "is no adapter"),
        (
            zipped(
                **{
                    "adapter_config.json": b"{}",
                    "a/adapter_config.json": b"{}",
                    "adapter_model.safetensors": lora(),
                }
            ),
            "twice",
        ),
    ],
)
def test_a_zip_that_is_no_adapter_is_refused_in_words(local, archive, reason):
    with pytest.raises(AdapterError, match=reason):
        open_archive(local, BASE, "x", archive)


def test_a_zip_says_which_base_model_it_was_made_for():
    config = json.dumps({"base_model_name_or_path": "owner/fern"}).encode()
    assert named_base(zipped(**{"a/adapter_config.json": config})) == "owner/fern"
    assert named_base(zipped(**{"adapter_config.json": b"[]"})) == ""
    assert named_base(zipped(**{"adapter_config.json": b"\xff"})) == ""
    assert named_base(b"no zip") == ""


def test_files_that_are_no_adapter_or_there_twice_are_refused(ws, finished, local):
    run, place, keep = finished
    with pytest.raises(AdapterError, match="keeps no files"):
        open_here(ws, run, place, local, BASE)
    keep(**{"adapter_config.json": b"{}", "pytorch_model.bin": b"\x80\x04"})
    with pytest.raises(AdapterError, match="are no adapter"):
        open_here(ws, run, place, local, BASE)
    keep(**{"a/adapter_config.json": b"{}", "b/adapter_config.json": b"{}"})
    with pytest.raises(AdapterError, match="twice"):
        open_here(ws, run, place, local, BASE)


def test_a_file_that_is_too_large_is_refused_whatever_its_size_is_said_to_be(
    ws, finished, local, nebius
):
    run, place, keep = finished
    keep(**{"adapter_config.json": b"{}" * 200_000, "adapter_model.safetensors": lora()})
    asked = nebius.count("GET /files/{file_id}/content")
    with pytest.raises(AdapterError, match="larger than an adapter"):
        open_here(ws, run, place, local, BASE)
    assert nebius.count("GET /files/{file_id}/content") == asked
    for file in nebius.files.values():
        file["bytes"] = 3
    with pytest.raises(AdapterError, match="larger than an adapter"):
        open_here(ws, run, place, local, BASE)


def test_a_base_model_that_is_not_here_is_said_to_be_missing(ws, finished, local, nebius):
    run, place, _ = finished
    assert base_here(replace(run, model="meta-llama/Llama-3.2-1B-Instruct"), place, local) is None
