"""What docs/gpu_host.md says is run: its commands have these options, and others are let in so."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
import yaml
from accelerate.commands.launch import launch_command_parser

from voicetune.engine.__main__ import options
from voicetune.engine.trainer_command import trainer_command

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "gpu_host.md").read_text(encoding="utf-8")
DOCKERFILE = (DOCS / "gpu_host" / "Dockerfile").read_text(encoding="utf-8")
SKY = yaml.safe_load((DOCS / "gpu_host" / "sky.yaml").read_text(encoding="utf-8"))
ENTRYPOINT = json.loads(re.findall(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.MULTILINE)[0])


def commands(text: str, start: str) -> list[list[str]]:
    """Returns what stands behind `start` in every line of commands, as words."""
    return [shlex.split(rest) for rest in re.findall(rf"{start} (--[^\n`;]*)", text)]


@pytest.mark.parametrize(
    "words",
    [*commands(PAGE + SKY["run"], r"-m voicetune\.engine"), ENTRYPOINT[3:]],
    ids=lambda words: " ".join(words),
)
def test_the_engine_has_the_documented_options(words: list[str]):
    known = options().parse_args(words)
    assert known.token_file is not None
    assert known.port == 8321


@pytest.mark.parametrize("words", [*commands(PAGE, "accelerate launch"), trainer_command(2)[3:]])
def test_accelerate_has_the_documented_options(words: list[str]):
    known = launch_command_parser().parse_args(words)
    assert known.training_script == "voicetune.engine.trainer"
    assert known.module


def test_the_page_has_a_command_for_each_of_two_machines():
    ranks = [
        words[words.index("--machine_rank") + 1]
        for words in commands(PAGE, "accelerate launch")
        if "--num_machines" in words and "--machine_rank" in words
    ]
    assert ranks == ["0", "1"]


def test_the_rented_machine_runs_the_engine_and_opens_no_port():
    assert set(SKY) == {"name", "workdir", "resources", "setup", "run"}
    assert "ports" not in SKY["resources"]
    assert "--host 127.0.0.1" in SKY["run"]
    assert (DOCS.parent / "requirements.txt").is_file()
    assert "-r requirements.txt" in SKY["setup"]


def test_the_container_gets_what_the_engine_needs_and_nothing_else():
    copied = {
        word
        for line in re.findall(r"^COPY (.*) ", DOCKERFILE, re.MULTILINE)
        for word in line.split()
    }
    assert copied == {"requirements.txt", "requirements-hosted.txt", "data", "voicetune"}
    assert all((DOCS.parent / name).exists() for name in copied)
    ignored = (DOCS / "gpu_host" / "Dockerfile.dockerignore").read_text().splitlines()
    assert ignored[:4] == ["*", "!requirements*.txt", "!data", "!voicetune"]


def test_an_engine_for_other_computers_answers_to_any_name_that_brings_the_token(tmp_path: Path):
    words = ENTRYPOINT[3:]
    for option, here in (("--port", "0"), ("--home", "home"), ("--token-file", "token")):
        words[words.index(option) + 1] = here if option == "--port" else str(tmp_path / here)
    process = subprocess.Popen(
        [sys.executable, "-m", "voicetune.engine", *words, "--parent-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=DOCS.parent,
        env={**os.environ, "VOICETUNE_STARTER": str(tmp_path / "none")},
    )
    with process:
        port = process.stdout.readline().strip().removesuffix("/v1").rpartition(":")[2]
        url = f"http://127.0.0.1:{port}/v1/models"
        named = {"Host": f"gpu.example.org:{port}"}
        assert httpx2.get(url, headers=named, trust_env=False).status_code == 401
        token = (tmp_path / "token").read_text().strip()
        known = {**named, "Authorization": f"Bearer {token}"}
        assert httpx2.get(url, headers=known, trust_env=False).json()["data"] == []
        process.stdin.close()
        assert process.wait(30) == 0
