"""An engine in a process of its own, with scripted workers, spoken to over real HTTP."""

import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import openai

ENGINE = Path(__file__).parent / "workers" / "engine.py"
ROOT = Path(__file__).parents[2]
PATIENCE = 120
NOWHERE = "http://127.0.0.1:9"
"""A Hub that nobody runs: no test asks the real one."""


Found = TypeVar("Found")


def eventually(look: Callable[[], Found]) -> Found:
    """Looks until there is something to see; fails after two minutes."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError("It did not happen in time.")
        time.sleep(0.02)
    return found


def is_running(pid: int) -> bool:
    """Says whether the process runs; one that is dead and not yet collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def make_base_model(folder: Path) -> Path:
    """Writes what the server looks at in a base model's folder; the weights are three numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text('{"max_position_embeddings": 1024}')
    (folder / "tokenizer.json").write_text("{}")
    (folder / "chat_template.jinja").write_text("{{ messages }}")
    header = b'{"w": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]}}'
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bytes(12))
    return folder


def lines(count: int, *, answer: str = "Start small. Try this: water less.") -> bytes:
    """Returns a training file of `count` examples."""
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"Question {n}: how do I keep a fern alive?"},
                {"role": "assistant", "content": answer},
            ]
        }
        for n in range(count)
    ]
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


class RunningEngine:
    """One engine folder and the process that serves it; `script` is what its trainer does."""

    def __init__(
        self,
        folder: Path,
        command: list[str] | None = None,
        starter: Path | None = None,
        hub: str = NOWHERE,
    ) -> None:
        self.home = folder / "engine"
        self.script = folder / "script.json"
        self.starter = starter or make_base_model(folder / "starter")
        self.command = command or [sys.executable, str(ENGINE), "--script", str(self.script)]
        self.url = ""
        self.environment = {
            "HF_ENDPOINT": hub,
            "HF_HOME": str(folder / "hf"),
            "HF_HUB_DOWNLOAD_TIMEOUT": str(PATIENCE),
            "NO_PROXY": "*",
        }
        self.process: subprocess.Popen[str]
        self.play()

    def play(self, **script: Any) -> None:
        self.script.write_text(json.dumps(script))

    def start(self) -> "RunningEngine":
        self.process = subprocess.Popen(
            [*self.command, "--home", str(self.home), "--parent-stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                "VOICETUNE_STARTER": str(self.starter),
                **os.environ,
                "PYTHONPATH": str(ROOT),
                **self.environment,
            },
        )
        self.url = self.process.stdout.readline().removeprefix("listening on ").strip()
        assert self.url
        return self

    def kill(self) -> None:
        self.process.kill()
        self._collect()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.stdin.close()
            self._collect()

    def _collect(self) -> None:
        self.process.wait(PATIENCE)
        self.process.stdin.close()
        self.process.stdout.close()

    @property
    def token(self) -> str:
        return (self.home / "token").read_text().strip()

    @property
    def sdk(self) -> openai.OpenAI:
        return openai.OpenAI(base_url=self.url, api_key=self.token, max_retries=0, timeout=PATIENCE)

    def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Sends one raw request with the token."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return httpx2.request(
            method, self.url + path, headers=headers, timeout=PATIENCE, trust_env=False, **options
        )

    def upload(self, content: bytes | None = None, name: str = "voice.jsonl") -> str:
        content = lines(12) if content is None else content
        return self.sdk.files.create(file=(name, content), purpose="fine-tune").id

    def job(self, **options: Any) -> str:
        options.setdefault("training_file", self.upload())
        options.setdefault("model", "voicetune-starter")
        return self.sdk.fine_tuning.jobs.create(**options).id

    def wait_for(self, job_id: str, *statuses: str) -> Any:
        def look() -> Any:
            job = self.sdk.fine_tuning.jobs.retrieve(job_id)
            if job.status in ("succeeded", "failed", "cancelled") and job.status not in statuses:
                raise AssertionError(f"{job.status}: {job.error}")
            return job if job.status in statuses else None

        return eventually(look)

    def events(self, job_id: str) -> list[Any]:
        """Returns the job's events, oldest first."""
        page = self.sdk.fine_tuning.jobs.list_events(job_id, limit=1000)
        return list(reversed(page.data))

    def messages(self, job_id: str) -> list[str]:
        return [event.message for event in self.events(job_id)]

    def asked(self) -> list[dict[str, Any]]:
        """Returns what the trainers were asked to train."""
        return [json.loads(line) for line in self.script.with_suffix(".asked").open()]
