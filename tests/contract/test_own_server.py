"""The engine as a server of the person's own: found out by asking, then trained at."""

from dataclasses import replace

from tests.contract.running_engine import RunningEngine, eventually
from tests.unit.runs.conftest import example
from voicetune.providers.adapters import adapter_archive
from voicetune.providers.client import Place
from voicetune.providers.engine_state import local_models
from voicetune.providers.probe import as_engine, probe
from voicetune.providers.profiles import load_profiles
from voicetune.runs.launch import Settings, launch, prepare
from voicetune.runs.watch import poll_run
from voicetune.training.status import is_final
from voicetune.workspace.database import open_workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples


def test_an_engine_elsewhere_is_known_by_asking_and_trains(engine: RunningEngine) -> None:
    place = Place(load_profiles()["server"], engine.url, engine.token)
    found = probe(place)
    assert (found.engine, found.trains, found.chats) == (True, True, True)
    assert "voicetune-starter" in found.models
    assert engine.sdk.fine_tuning.jobs.list().data == []
    model = local_models(place)[0]

    ws = open_workspace()
    dataset = create_dataset(ws, "Nursery")
    kept_apart = [replace(example(number), split="validation") for number in (12, 13)]
    add_examples(ws, dataset, [*map(example, range(12)), *kept_apart], "Add")
    place = as_engine(place)
    settings = Settings(n_epochs=2, early_stopping=True)
    run = launch(ws, prepare(ws, dataset, place, model.id, settings, "k"), place)

    def over() -> bool:
        return is_final(poll_run(ws, run, place).status)

    eventually(over)
    done = poll_run(ws, run, place)
    assert done.status == "succeeded"
    assert done.fine_tuned_model in probe(place).models
    job = engine.sdk.fine_tuning.jobs.retrieve(done.job_id or "")
    assert job.to_dict()["early_stopping"] is True
    assert adapter_archive(place, done.fine_tuned_model or "").startswith(b"PK")
    ws.close()
