"""What must hold after a kill, for `benchmarks.kill_campaign`: nothing lost, nothing left over.

A training that was disturbed succeeds with the losses of every step, the checkpoints and the tuned
model's answer of the undisturbed one, or it fails and says why. Both databases are whole, every
JSON and every weights file can be read, and no file is there that nothing refers to.
"""

import json
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from safetensors import safe_open

from benchmarks.kill_app_process import AppProcess

CLOSE = 1e-9
TIDYING = 5.0
QUESTION = {"role": "user", "content": "How do I water a fern?"}


@dataclass(frozen=True)
class Found:
    """A run that is over, as the app's workspace has it."""

    status: str
    message: str
    job_id: str | None
    model: str | None
    losses: dict[int, float]
    checkpoints: list[int]

    @property
    def outcome(self) -> str:
        """How it ended, with its reason where it failed."""
        return self.status if self.status == "succeeded" else f"{self.status}: {self.message}"

    @property
    def last_loss(self) -> float | None:
        """The training loss of the last step."""
        return self.losses[max(self.losses)] if self.losses else None


def look_at(home: Path, key: str) -> Found | None:
    """Reads a run from the workspace; None while it is not over."""
    file = home / "workspace.db"
    if not file.exists():
        return None
    with closing(sqlite3.connect(file, timeout=20)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone():
            return None
        row = db.execute(
            "SELECT id, status, message, job_id, fine_tuned_model FROM runs WHERE key = ?", [key]
        ).fetchone()
        if row is None or row[1] not in ("succeeded", "failed", "cancelled", "not_started"):
            return None
        told = db.execute("SELECT data FROM run_events WHERE run_id = ?", [row[0]]).fetchall()
        kept = db.execute("SELECT step_number FROM run_checkpoints WHERE run_id = ?", [row[0]])
        checkpoints = sorted(step for (step,) in kept)
    points = [json.loads(data) for (data,) in told if data]
    losses = {p["step"]: p["train_loss"] for p in points if p and "train_loss" in p}
    return Found(*row[1:], losses, checkpoints[-1:])


def violations(app: AppProcess, found: Found, expected: Found) -> list[str]:
    """Returns in words what is not as it must be."""
    wrong = []
    if found.status == "succeeded":
        wrong += _differences(app, found, expected)
    elif not found.message:
        wrong.append(f"{found.status} without a reason")
    answers = {said["answer"] for said in app.said if "answer" in said}
    if len(answers) != 1:
        wrong.append(f"the chat was answered in {len(answers)} ways")
    if any("torn" in said for said in app.said):
        wrong.append("a stream of the chat ended without an end")
    patience = time.monotonic() + TIDYING
    while (untidy := _engine_folder(app)) and time.monotonic() < patience:
        time.sleep(0.1)  # the last of a job is cleared away just after it is over
    return wrong + untidy + _databases(app.home)


def _differences(app: AppProcess, found: Found, expected: Found) -> list[str]:
    wrong = []
    missing = expected.losses.keys() ^ found.losses.keys()
    if missing:
        wrong.append(f"steps {sorted(missing)} told in one run only")
    both = expected.losses.keys() & found.losses.keys()
    off = [s for s in both if abs(found.losses[s] - expected.losses[s]) > CLOSE]
    if off:
        wrong.append(f"other losses at steps {sorted(off)}")
    if found.checkpoints != expected.checkpoints:
        wrong.append(f"last checkpoint {found.checkpoints} instead of {expected.checkpoints}")
    if _answer(app, found.model) != _answer(app, expected.model):
        wrong.append("the tuned model answers differently")
    return wrong


def _answer(app: AppProcess, model: str | None) -> Any:
    url = (app.home / "engine" / "url").read_text().strip()
    token = (app.home / "engine" / "token").read_text().strip()
    request = {"model": model, "messages": [QUESTION], "temperature": 0, "max_tokens": 32}
    answer = httpx2.post(
        f"{url}/chat/completions",
        json=request,
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
        trust_env=False,
    ).json()
    return answer["choices"][0]["message"]["content"] if "choices" in answer else answer


def _engine_folder(app: AppProcess) -> list[str]:
    home = app.home / "engine"
    jobs = app.get("/fine_tuning/jobs?limit=100")["data"]
    files = {file["id"] for file in app.get("/files")["data"]}
    needed = {
        file
        for job in jobs
        for file in (job["training_file"], job["validation_file"], *job["result_files"])
        if file
    }
    on_disk = {path.name for path in (home / "files").iterdir()}
    wrong = []
    if on_disk != files:
        wrong.append(f"files on disk and in the list differ: {sorted(on_disk ^ files)}")
    if len(jobs) < 100 and files - needed:
        wrong.append(f"files that no job has: {sorted(files - needed)}")
    if left := list((home / "uploads").iterdir()):
        wrong.append(f"{len(left)} torn uploads")
    keys = [job["metadata"] and json.dumps(job["metadata"]) for job in jobs]
    if len(keys) != len(set(keys)):
        wrong.append("two jobs of one run")
    for path in (home / "jobs").rglob("*"):
        torn = path.name.startswith(".") or path.name.endswith((".new", ".old", "resume"))
        if torn:
            wrong.append(f"{path.relative_to(home)} left behind")
        elif path.suffix == ".json":
            json.loads(path.read_text())
        elif path.suffix == ".safetensors":
            with safe_open(path, framework="pt") as weights:
                list(weights.keys())
    return wrong


def _databases(home: Path) -> list[str]:
    """Looks into copies, as a kill at this moment would leave them."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for file in (home / "workspace.db", home / "engine" / "engine.sqlite"):
            for part in ("", "-wal"):
                if Path(f"{file}{part}").exists():
                    shutil.copy(f"{file}{part}", folder)
            with closing(sqlite3.connect(Path(folder) / file.name)) as db:
                if db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                    wrong.append(f"{file.name} is damaged")
                if db.execute("PRAGMA foreign_key_check").fetchall():
                    wrong.append(f"{file.name} refers to rows that are gone")
                if file.name == "engine.sqlite":
                    for model, where in db.execute("SELECT id, folder FROM models"):
                        weights = home / "engine" / where / "adapter_model.safetensors"
                        if not weights.is_file():
                            wrong.append(f"{model} has no weights")
    return wrong
