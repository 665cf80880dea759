"""`python -m voicetune estimate`: tokens, price or time, as text and as data."""

import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from voicetune.cli import main
from voicetune.cost.money import money
from voicetune.cost.tokens import count_examples
from voicetune.engine import launcher
from voicetune.examples.example import Example
from voicetune.home import DATA
from voicetune.runs import connection
from voicetune.workspace.database import open_workspace
from voicetune.workspace.money import keep_own_prices

SAMPLE = DATA / "samples" / "hiring_manager.jsonl"
TOKEN = "vt-unit-test-key-000"


def estimate(file: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["estimate", str(file), *options])


def estimated(file: Path, *options: str) -> dict[str, Any]:
    result = estimate(file, "--json", *options)
    assert result.exit_code == 0, result.output
    data: dict[str, Any] = json.loads(result.stdout)
    return data


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    """An engine that tells its models; it knows its speed from the second question on."""
    folder = tmp_path / "starter"
    folder.mkdir()
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=256, show_progress=False, initial_alphabet=alphabet)
    tokenizer.train_from_iterator(["words"], trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    template = "{% for m in messages %}{{ m['content'] }}|{% endfor %}"
    (folder / "chat_template.jinja").write_text(template, "utf-8")
    model = {
        "id": "voicetune-starter",
        "name": "Starter model",
        "folder": str(folder),
        "parameters": 12_500_000,
        "context": 1024,
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.headers["Authorization"] == f"Bearer {TOKEN}"
            known = server.asked > 0
            speed = {
                "tokens_per_second": 2000.0 if known else None,
                "measured_at": 1_790_000_000 if known else None,
            }
            server.asked += 1
            body = json.dumps({"models": [{**model, **speed}]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked = 0

    class Started:
        def start(self, home: Path) -> None:
            (home / "engine").mkdir()
            url = f"http://127.0.0.1:{server.server_port}/v1"
            (home / "engine" / "url").write_text(url, "utf-8")
            (home / "engine" / "token").write_text(TOKEN, "utf-8")

        def stop(self) -> None:
            server.asked = -1

    monkeypatch.setattr(connection, "EngineProcess", Started)
    monkeypatch.setattr("voicetune.commands.estimate.PAUSE_SECONDS", 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_hosted_place_tells_the_bill_with_its_day_and_source() -> None:
    result = estimate(SAMPLE, "--place", "openai")
    assert result.exit_code == 0
    data = estimated(SAMPLE, "--place", "openai")
    assert data["tokens"]["billed"] == 3 * data["tokens"]["training"]
    lines = SAMPLE.read_text("utf-8").splitlines()
    examples = [Example(json.loads(line)["messages"]) for line in lines]
    assert data["tokens"]["training"] + data["tokens"]["validation"] == sum(
        count_examples(examples)
    )
    assert data["examples"] == {"training": 108, "validation": 12}
    assert "Training: $0.29." in result.stdout
    assert "Prices as of 22 November 2026" in result.stdout
    assert "Closed to organisations that had not trained before 7 May 2026" in result.stdout
    assert "no new jobs from 6 January 2027" in result.stdout


def test_the_model_and_the_epochs_can_be_chosen() -> None:
    one = estimated(SAMPLE, "--place", "openai", "--model", "gpt-4o-mini", "--epochs", "1")
    assert (one["model"], one["epochs"]) == ("gpt-4o-mini-2024-07-18", 1)
    five = estimated(SAMPLE, "--place", "openai", "--model", "gpt-4o-mini", "--epochs", "5")
    assert five["tokens"]["billed"] == 5 * one["tokens"]["billed"]
    assert isinstance(one["training"], str)


def test_an_unknown_model_is_refused_with_those_there_are() -> None:
    result = estimate(SAMPLE, "--place", "openai", "--model", "gpt-9")
    assert result.exit_code == 1
    assert "OpenAI has no model 'gpt-9'" in result.stderr
    assert "gpt-4.1-mini-2025-04-14" in result.stderr


def test_a_file_without_examples_is_named(tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_text("", "utf-8")
    result = estimate(file, "--place", "openai")
    assert result.exit_code == 2
    assert "empty" in result.stderr


def test_a_table_is_read_by_its_columns(tmp_path: Path) -> None:
    file = tmp_path / "voice.csv"
    file.write_text("question,answer\nWhy?,Because.\nHow?,Slowly.\n", "utf-8")
    assert estimated(file, "--place", "openai")["examples"]["training"] == 2


def test_this_computer_tells_time_from_its_measured_speed(engine: HTTPServer) -> None:
    result = estimate(SAMPLE)
    assert result.exit_code == 0, result.output
    assert "Measuring how fast this computer trains" in result.stderr
    assert "at 2,000 tokens a second (measured on this computer)." in result.stdout
    assert "Cost: none." in result.stdout
    assert engine.asked == -1  # stopped


def test_this_computer_counts_in_the_models_own_tokens(engine: HTTPServer, tmp_path: Path) -> None:
    file = tmp_path / "voice.jsonl"
    talk = [{"role": "user", "content": "ab"}, {"role": "assistant", "content": "cde"}]
    file.write_text(json.dumps({"messages": talk}), "utf-8")
    data = estimated(file)
    assert data["tokens"]["training"] == len("ab|cde|")
    assert data["epochs"] == 25
    assert data["seconds"] == round(25 * 7 / 2000, 1)
    assert data["training"] is None


def test_a_model_that_is_not_on_this_computer_is_refused(engine: HTTPServer) -> None:
    result = estimate(SAMPLE, "--model", "llama")
    assert result.exit_code == 1
    assert "This computer has no model 'llama'. It has: voicetune-starter." in result.stderr


def test_says_why_there_is_no_local_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicetune.commands.estimate.find_spec", lambda _name: None)
    result = estimate(SAMPLE)
    assert result.exit_code == 1
    assert "PyTorch is not installed" in result.stderr


def test_says_why_the_engine_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def start(self, home: Path) -> None:
            raise launcher.EngineStartError("The port is taken.")

    monkeypatch.setattr(connection, "EngineProcess", Broken)
    result = estimate(SAMPLE)
    assert "does not start: The port is taken." in result.stderr


def test_an_engine_that_is_gone_is_told_in_words(
    engine: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "server_port", 9)
    result = estimate(SAMPLE)
    assert result.exit_code == 1
    assert "The engine on this computer does not answer." in result.stderr


def test_money_in_the_text_is_that_of_the_data() -> None:
    data = estimated(SAMPLE, "--place", "openai")
    text = estimate(SAMPLE, "--place", "openai").stdout
    assert f"{money(Decimal(data['answers_tuned']), 'USD')} with the tuned one" in text


def test_every_place_is_compared_on_request() -> None:
    result = estimate(SAMPLE, "--place", "openai", "--everywhere")
    assert result.exit_code == 0, result.output
    together = next(line for line in result.stdout.splitlines() if line.startswith("Together AI"))
    assert "$4.00" in together
    assert "by the hour" in together
    data = estimated(SAMPLE, "--place", "openai", "--everywhere", "--epochs", "2")
    places = {(row["place"], row["model"]): row for row in data["places"]}
    assert len(places) == 17
    assert all(row["epochs"] == 2 for row in places.values())
    assert all(row["source"].startswith("https://") and row["as_of"] for row in places.values())
    assert places["azure", "gpt-4.1-mini-2025-04-14"]["training"] is None
    assert places["fireworks", "accounts/fireworks/models/qwen3-8b"]["break_even"]["a_month"]


def test_tells_what_examples_in_each_prompt_cost_and_when_tuning_pays() -> None:
    data = estimated(SAMPLE, "--place", "openai")
    text = estimate(SAMPLE, "--place", "openai").stdout
    shown = money(Decimal(data["answers_with_examples"]), "USD")
    assert f"{shown} with 5 examples in each prompt" in text
    assert f"{data['break_even']['answers']:,} answers." in text


def test_a_minimum_charge_and_billed_validation_are_told() -> None:
    text = estimate(SAMPLE, "--place", "together").stdout
    assert "Training: $4.00, the least a job costs there." in text
    assert "for validation, which is billed too, each epoch." in text


def test_prices_put_in_by_the_person_are_used() -> None:
    workspace = open_workspace()
    read = {"as_of": "2026-11-26", "source": "put in by you"}
    mine = {
        **read,
        "currency": "EUR",
        "unit": "per 1M tokens",
        "training": "100",
        "hosting_per_hour": "0",
        "tuned": {"input": "1", "output": "1", **read},
        "base": None,
        "yours_since": "2026-11-26",
    }
    keep_own_prices(workspace, "openai/gpt-4.1-mini-2025-04-14", mine)
    workspace.close()
    text = estimate(SAMPLE, "--place", "openai").stdout
    assert "Training: €5.75." in text
    assert "Your own prices, put in on 26 November 2026." in text
    assert "not known with 5 examples in each prompt" in text


def test_a_place_that_only_answers_has_no_price() -> None:
    result = estimate(SAMPLE, "--place", "ollama")
    assert result.exit_code == 2
    assert "is not one of local, openai, azure" in result.stderr
