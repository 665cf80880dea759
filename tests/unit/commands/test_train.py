"""`python -m voicetune train` against a scripted place."""

import json
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner

from tests.stand_in import KEY, running_stand_in
from voicetune.cli import main
from voicetune.commands import train
from voicetune.providers.client import Place
from voicetune.providers.profiles import load_profiles
from voicetune.runs.connection import NotConnectedError
from voicetune.workspace.database import open_workspace
from voicetune.workspace.datasets import list_datasets
from voicetune.workspace.money import Budget, set_budget
from voicetune.workspace.runs import list_runs, run_file

JOB = "GET /fine_tuning/jobs/{job_id}"


@pytest.fixture
def stand_in(monkeypatch):
    with running_stand_in() as place:

        @contextmanager
        def connected(profile):
            yield lambda: Place(profile, place.base_url, KEY)

        monkeypatch.setattr(train, "connected", connected)
        monkeypatch.setattr(train, "SECONDS_BETWEEN", 0)
        yield place


def file_of(folder, count=12, answer="Water less, {}."):
    lines = [
        {
            "messages": [
                {"role": "user", "content": f"{n:x}" * 9 + "?"},
                {"role": "assistant", "content": answer.format(n)},
            ]
        }
        for n in range(count)
    ]
    file = folder / "roses.jsonl"
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    file.write_text(text, encoding="utf-8")
    return file


def invoke(*arguments, typed=None):
    return CliRunner().invoke(main, ["train", *map(str, arguments)], input=typed)


def runs():
    workspace = open_workspace()
    try:
        return list_runs(workspace)
    finally:
        workspace.close()


def learns(stand_in, job="ftjob-1"):
    """Each look at the job finds it a little further."""

    def running():
        stand_in.advance(job, "running")
        stand_in.metric(job, 1, 2, train_loss=2.5, train_mean_token_accuracy=0.41)

    def succeeded():
        stand_in.metric(job, 2, 2, train_loss=1.25, full_valid_loss=1.5)
        stand_in.finish(job)

    stand_in.on(JOB, running)
    stand_in.on(JOB, succeeded)


def test_a_file_is_trained_on_and_the_run_is_watched_to_its_end(stand_in, tmp_path):
    learns(stand_in)
    result = invoke(file_of(tmp_path), "--watch", "--epochs", "2", "--suffix", "roses")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == (
        "Run 1: 11 examples to train voicetune-starter on, 1 held out, at This computer."
    )
    assert "Learning from your examples (running)." in lines
    assert "step 2 of 2, loss 1.250, validation loss over all held-out examples 1.500" in lines
    assert any(line.startswith("step 1 of 2, loss 2.500, token accuracy 0.410") for line in lines)
    assert "Your model: ft:voicetune-starter:here::abc" in lines
    assert "Asked before training:" in result.output
    assert len([line for line in lines if line.startswith("step ")]) == 2
    asked = stand_in.jobs["ftjob-1"]["asked"]
    assert asked["method"]["supervised"]["hyperparameters"]["n_epochs"] == 2
    assert asked["suffix"] == "roses"


def test_without_watch_only_the_beginning_and_the_end_are_said(stand_in, tmp_path):
    learns(stand_in)
    result = invoke(file_of(tmp_path))
    assert result.exit_code == 0
    assert "step 1" not in result.output
    assert "Your model: ft:voicetune-starter:here::abc" in result.output


def test_a_busy_place_is_tried_again_until_it_has_the_job(stand_in, tmp_path):
    stand_in.fail("POST /files", 429, "rate_limit_exceeded", retry_after=0)
    result = invoke(file_of(tmp_path), "--place", "openai")
    assert result.exit_code == 0, result.output
    assert "asks to slow down" in result.output
    assert len(stand_in.jobs) == 1


def test_a_hosted_place_is_left_alone_once_it_has_the_job(stand_in, tmp_path):
    result = invoke(file_of(tmp_path), "--place", "openai")
    assert result.exit_code == 0
    assert stand_in.count(JOB) == 0
    assert runs()[0].job_id == "ftjob-1"


def test_the_run_and_its_examples_are_in_the_workspace_for_the_app(stand_in, tmp_path):
    learns(stand_in)
    invoke(file_of(tmp_path, answer="Żółta róża 🌹 {}"))
    workspace = open_workspace()
    run = list_runs(workspace)[0]
    assert [dataset.name for dataset in list_datasets(workspace)] == ["roses"]
    assert run.status == "succeeded"
    assert "Żółta róża 🌹" in run_file(workspace, run.id, "training").decode()
    workspace.close()


def test_the_same_file_again_is_another_run_of_the_same_set(stand_in, tmp_path):
    file = file_of(tmp_path)
    learns(stand_in)
    invoke(file)
    learns(stand_in, "ftjob-2")
    invoke(file)
    assert [run.dataset_id for run in runs()] == [1, 1]
    assert len(stand_in.jobs) == 2


def test_a_file_with_errors_is_not_sent(stand_in, tmp_path):
    file = file_of(tmp_path)
    file.write_text(file.read_text("utf-8").replace('"assistant"', '"bot"', 1), encoding="utf-8")
    result = invoke(file)
    assert result.exit_code == 1
    assert "error unknown-role" in result.stderr
    assert stand_in.requests == []
    assert runs() == []


def test_too_few_examples_are_not_sent(stand_in, tmp_path):
    result = invoke(file_of(tmp_path, count=4))
    assert result.exit_code == 1
    assert "too-few" in result.stderr
    assert stand_in.requests == []


def test_a_file_that_is_no_training_file_is_named(stand_in, tmp_path):
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    result = invoke(picture)
    assert result.exit_code == 2
    assert "picture" in result.stderr or "image" in result.stderr


def test_a_place_that_refuses_is_an_error_in_words(stand_in, tmp_path):
    stand_in.fail("POST /fine_tuning/jobs", 403, "training_not_available", "Closed")
    result = invoke(file_of(tmp_path), "--place", "openai")
    assert result.exit_code == 1
    assert "Training did not start." in result.output
    assert "no longer trains" in result.output


def test_a_job_that_fails_is_an_error_in_words(stand_in, tmp_path):
    error = {"code": "bad", "message": "Line 3 is odd", "param": None}
    stand_in.on(JOB, lambda: stand_in.advance("ftjob-1", "failed", error=error))
    result = invoke(file_of(tmp_path))
    assert result.exit_code == 1
    assert "Stopped by a problem. Line 3 is odd" in result.output


def test_a_place_that_is_away_for_a_while_is_said_once(stand_in, tmp_path):
    for _ in range(3):
        stand_in.fail(JOB, 503)
    learns(stand_in)
    result = invoke(file_of(tmp_path), "--watch")
    assert result.exit_code == 0
    assert result.output.count("HTTP 503") == 1


def test_control_characters_of_a_model_do_not_reach_the_terminal(stand_in, tmp_path):
    stand_in.answer = ["\x1b]0;owned\x07", "plain"]
    learns(stand_in)
    result = invoke(file_of(tmp_path), "--watch")
    assert "plain" in result.output
    assert "\x1b" not in result.output
    assert "\x07" not in result.output


def test_a_place_without_a_key_says_where_to_get_one(monkeypatch, tmp_path):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    result = invoke(file_of(tmp_path), "--place", "openai")
    assert result.exit_code == 1
    assert "set OPENAI_API_KEY in the environment" in result.output


def test_an_engine_that_does_not_start_says_why(monkeypatch, tmp_path):
    @contextmanager
    def connected(profile):
        raise NotConnectedError("The local engine needs PyTorch")
        yield

    monkeypatch.setattr(train, "connected", connected)
    result = invoke(file_of(tmp_path))
    assert result.exit_code == 1
    assert "needs PyTorch" in result.output


def test_every_place_can_be_chosen():
    shown = CliRunner().invoke(main, ["train", "--help"]).output
    assert all(name in shown for name, profile in load_profiles().items() if profile.trains)
    assert "ollama" not in shown


def test_a_place_that_has_closed_is_not_sent_anything(monkeypatch, tmp_path):
    monkeypatch.setattr(train, "_today", lambda: date(2027, 1, 6))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-not-a-key")
    result = invoke(file_of(tmp_path), "--place", "openai")
    assert result.exit_code == 1
    assert "has taken no new jobs since 2027-01-06" in result.output


def test_early_stopping_is_refused_where_there_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr(train, "_today", lambda: date(2026, 12, 1))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-not-a-key")
    result = invoke(file_of(tmp_path), "--place", "openai", "--stop-early")
    assert result.exit_code == 1
    assert "Leave out --stop-early." in result.output


def test_a_server_of_ones_own_has_to_be_told_its_model_and_address(monkeypatch, tmp_path):
    monkeypatch.delenv("VOICETUNE_SERVER_URL", raising=False)
    assert "name one with --model" in invoke(file_of(tmp_path), "--place", "server").output
    result = invoke(file_of(tmp_path), "--place", "server", "--model", "theirs")
    assert "needs an address: set VOICETUNE_SERVER_URL" in result.output


def test_above_the_budget_the_amount_has_to_be_typed_in(stand_in, monkeypatch, tmp_path):
    monkeypatch.setattr(train, "_today", lambda: date(2026, 12, 1))
    file = file_of(tmp_path, answer="Water less. " * 400 + "{}")
    first = invoke(file, "--place", "openai", "--epochs", "1")
    assert first.exit_code == 0, first.output
    assert "tokens, $0.07." in first.output
    workspace = open_workspace()
    set_budget(workspace, list_datasets(workspace)[0].id, Budget(Decimal("0.10"), "USD"))
    workspace.close()
    refused = invoke(file, "--place", "openai", "--epochs", "1", typed="1\n")
    assert refused.exit_code == 1
    assert "will have cost $0.13; its budget is $0.10" in refused.output
    assert "Not started: that is another amount." in refused.output
    assert len(stand_in.jobs) == 1
    agreed = invoke(file, "--place", "openai", "--epochs", "1", typed="0.07\n")
    assert agreed.exit_code == 0, agreed.output
    assert len(stand_in.jobs) == 2
    assert all(run.estimate["price"] == "5.00" for run in runs())
