"""The engine as a server of the person's own: found out by asking, then trained at."""

from tests.contract.running_engine import RunningEngine, eventually
from tests.unit.runs.conftest import example
from voicetune.providers.client import Place
from voicetune.providers.engine_state import local_models
from voicetune.providers.probe import probe
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
    add_examples(ws, dataset, [example(number) for number in range(12)], "Add")
    run = launch(ws, prepare(ws, dataset, place, model.id, Settings(n_epochs=2), "k"), place)

    def over() -> bool:
        return is_final(poll_run(ws, run, place).status)

    eventually(over)
    done = poll_run(ws, run, place)
    assert done.status == "succeeded"
    assert done.fine_tuned_model in probe(place).models
    ws.close()
