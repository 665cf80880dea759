"""The real engine in a process of its own, for figures that are taken from outside."""

import io
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2
import openai

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120.0
BASE = "voicetune-starter"


class RealEngine:
    """`python -m voicetune.engine` on a home of its own; `started` is when the process began."""

    def __init__(self, home: Path, *, starter: Path | None = None) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        environment = dict(os.environ)
        if starter:
            environment["VOICETUNE_STARTER"] = str(starter)
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "voicetune.engine", "--home", str(home), "--parent-stdin"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        assert self.process.stdout
        self.url = self.process.stdout.readline().removeprefix("listening on ").strip()
        self._client: openai.OpenAI | None = None

    def __enter__(self) -> "RealEngine":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self.process.stdin
        with suppress(OSError):
            self.process.stdin.close()
        self.process.wait(PATIENCE)

    @property
    def token(self) -> str:
        """The engine's key."""
        return (self.home / "token").read_text().strip()

    @property
    def sdk(self) -> openai.OpenAI:
        """The official client, made once, as a program has it."""
        if self._client is None:
            self._client = openai.OpenAI(base_url=self.url, api_key=self.token, max_retries=0)
        return self._client

    def request(self, method: str, path: str, **options: Any) -> Any:
        """Sends a request with the token and returns the answer's JSON."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx2.request(
            method, self.url + path, headers=headers, timeout=PATIENCE, trust_env=False, **options
        )
        answer.raise_for_status()
        return answer.json()

    def add_model(self, name: str, folder: Path) -> None:
        """Puts a base model beside the starter."""
        (self.home / "models" / name).symlink_to(folder)

    def add_adapter(self, folder: Path) -> str:
        """Takes a PEFT adapter of the starter in and returns the tuned model's id."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name in ("adapter_config.json", "adapter_model.safetensors"):
                archive.write(folder / name, name)
        files = {"file": ("adapter.zip", packed.getvalue())}
        form = {"model": BASE, "label": "benchmark"}
        return str(self.request("POST", "/engine/adapters", files=files, data=form)["id"])

    def settle(self) -> None:
        """Waits until the engine has nothing left to do by itself: all speeds are measured."""
        wait_until(
            lambda: all(
                model["tokens_per_second"] for model in self.request("GET", "/engine")["models"]
            )
        )


def wait_until(holds: Callable[[], bool], *, every: float = 0.2) -> None:
    """Looks until it holds; ends the benchmark where it does not in two minutes."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit("It did not happen in time.")
        time.sleep(every)
