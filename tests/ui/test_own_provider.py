"""Adding a place is a change of data: one file, and the whole journey goes there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stand_in import KEY, StandIn, running_stand_in
from tests.ui.conftest import OpenPage
from tests.ui.test_train_page import shown
from voicetune.providers.client import Place
from voicetune.rehearsal.dialect import Dialect
from voicetune.runs.answers import AnswerStream
from voicetune.runs.launch import Settings, confirmation_key, launch, prepare
from voicetune.runs.watch import points_of, poll_run
from voicetune.ui import places
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run

HABITS = Dialect(wants_mark=True, takes_method=False, tuned_name="{model}-tuned")


def profile_at(base_url: str) -> dict[str, Any]:
    """Returns a place that no version of VoiceTune knows, and departs from the protocol."""
    price = {"as_of": "2026-11-01", "source": "https://village.example.org/prices"}
    return {
        "id": "village",
        "name": "Village server",
        "summary": "Speaks the protocol, in its own accent.",
        "kind": "hosted",
        "base_url": base_url,
        "needs_key": True,
        "api_key_env": "VILLAGE_KEY",
        "keys_url": "https://village.example.org/keys",
        "as_of": "2026-11-01",
        "source": "https://village.example.org",
        "verified": "documentation",
        "verified_on": "2026-11-01",
        "requests": {
            "hyperparameters": "top-level",
            "extra": {"queue": "slow"},
            "extra_hyperparameters": {"lora": True},
        },
        "limits": {"minimum_examples": 10, "suffix_characters": 8},
        "file_encoding": "utf-8-bom",
        "supports": {"seed": True, "checkpoints": True, "metric_events": True},
        "losses": {"order": ["events", "checkpoints"]},
        "statuses": {"learning": "running", "done": "succeeded"},
        "serving": {"how": "by-token", "explanation": "It answers at once."},
        "models": [
            {
                "id": "tiny",
                "name": "Tiny",
                "context": 4096,
                "licence": "MIT",
                "note": "Small and slow.",
                "prices": {
                    **price,
                    "currency": "EUR",
                    "unit": "per 1M tokens",
                    "training": "3.00",
                    "hosting_per_hour": "0",
                    "tuned": {"input": "1", "output": "2", **price},
                    "base": {"input": "1", "output": "2", **price},
                },
            }
        ],
    }


@pytest.fixture
def village() -> Iterator[StandIn]:
    with running_stand_in(HABITS) as stand_in:
        yield stand_in


@pytest.fixture
def file(village: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of the person's own with that place."""
    path = tmp_path / "places.json"
    path.write_text(json.dumps({"providers": [profile_at(village.base_url)]}), "utf-8")
    monkeypatch.setenv("VOICETUNE_PROVIDERS", str(path))
    monkeypatch.setenv("VILLAGE_KEY", KEY)
    return path


def train(ws: Workspace, voice: int, place: Place) -> Run:
    settings = Settings(n_epochs=2, suffix="mine", seed=7)
    key = confirmation_key(ws, voice, place, "tiny", settings)
    return launch(ws, prepare(ws, voice, place, "tiny", settings, key), place)


def test_a_place_of_a_file_is_offered_with_its_price(
    open_page: OpenPage, ws: Workspace, file: Path
) -> None:
    at = open_page("train", voice=add_sample(ws, "hiring_manager"), place="village")
    assert not at.exception
    assert "**Village server**" in at.radio(key="choice_place").options[-1]
    assert {m.label: m.value for m in at.metric}["Training, once"] == "€0.17"
    assert at.button(key="train").label == "Train: €0.17"
    assert "Checked on 1 November 2026 against Village server's" in shown(at)


def test_the_whole_journey_goes_there(
    open_page: OpenPage, ws: Workspace, file: Path, village: StandIn
) -> None:
    voice = add_sample(ws, "hiring_manager")
    place = places.place_of("village")
    run = train(ws, voice, place)
    run = poll_run(ws, run, place)
    ((number, job),) = village.jobs.items()
    assert job["asked"]["hyperparameters"] == {"lora": True, "n_epochs": 2}
    assert job["asked"]["queue"] == "slow"
    assert "method" not in job["asked"]
    sent = village.contents[job["training_file"]]
    assert sent.startswith(b"\xef\xbb\xbf")
    assert len(sent.decode("utf-8-sig").splitlines()) == 108

    village.advance(number, "learning")
    village.metric(number, 27, 54, train_loss=1.4)
    run = poll_run(ws, run, place)
    assert run.status == "running"
    village.metric(number, 54, 54, train_loss=1.1)
    village.finish(number)
    village.advance(number, "done")
    run = poll_run(ws, run, place)
    assert run.status == "succeeded"
    assert run.fine_tuned_model == "tiny-tuned"
    assert [point.train_loss for point in points_of(ws, run)] == [1.4, 1.1]

    chat = AnswerStream(place, run.fine_tuned_model, [{"role": "user", "content": "Hello?"}])
    assert "".join(chunk.text for chunk in chat) == "".join(village.answer)
    for room in ("progress", "compare"):
        at = open_page(room, voice=voice, run=run.id)
        assert not at.exception
    assert "tiny-tuned" in {code.value for code in at.code}
