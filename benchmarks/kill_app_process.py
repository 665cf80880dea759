"""What `benchmarks.kill_campaign` kills: the app, its engine and the engine's workers."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).resolve().parent.parent


class AppProcess:
    """The app's process (`benchmarks.kill_campaign_app`) in one home, and what it says."""

    def __init__(self, home: Path, starter: Path) -> None:
        self.home = home
        self.seen: set[int] = set()
        self.said: list[dict[str, Any]] = []
        self._environment = {
            **os.environ,
            "VOICETUNE_HOME": str(home),
            "VOICETUNE_STARTER": str(starter),
            "HF_HUB_OFFLINE": "1",
            "OMP_NUM_THREADS": "1",
        }
        self.start()

    def start(self) -> None:
        """Starts the process; its engine comes up beside it."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.kill_campaign_app"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self.home.parent / "app.log").open("a"),
            text=True,
            env=self._environment,
        )
        threading.Thread(target=self._hear, args=(self.process,), daemon=True).start()

    def ask(self, key: str) -> None:
        """Clicks on Train; a click with the same key is the same run."""
        assert self.process.stdin
        self.process.stdin.write(key + "\n")
        self.process.stdin.flush()

    def stop(self) -> None:
        """Closes the app as a person does."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(60)

    def get(self, path: str) -> Any:
        """Asks the engine; None while it does not answer."""
        try:
            url = (self.home / "engine" / "url").read_text().strip()
            token = (self.home / "engine" / "token").read_text().strip()
            headers = {"Authorization": f"Bearer {token}"}
            answer = httpx2.get(url + path, headers=headers, timeout=10, trust_env=False)
        except (OSError, httpx2.HTTPError):
            return None
        return answer.json() if answer.status_code == 200 else None

    def pid_of(self, target: str) -> int | None:
        """Returns the process of the app, its engine or one of the engine's workers."""
        if target == "app":
            return self.process.pid
        engine = _child(self.process.pid, "voicetune.engine")
        pid = engine
        if target != "engine":
            pid = engine and _child(engine, f"voicetune.engine.{target}")
        if pid:
            self.seen.add(pid)
        return pid

    def kill(self, target: str) -> bool:
        """Kills it; starts the app again where it was the app. False where there is none."""
        pid = self.pid_of(target)
        if pid is None:
            return False
        os.kill(pid, signal.SIGKILL)
        if target == "app":
            self.process.wait()
            self.start()
        return True

    def _hear(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            try:
                self.said.append(json.loads(line))
            except ValueError:
                continue  # the last line of a process that was killed


def _child(parent: int, module: str) -> int | None:
    try:
        tasks = list(Path(f"/proc/{parent}/task").iterdir())
        children = [pid for each in tasks for pid in (each / "children").read_text().split()]
        for pid in children:
            if Path(f"/proc/{pid}/cmdline").read_text().split("\0")[2:3] == [module]:
                return int(pid)
    except (FileNotFoundError, ProcessLookupError):
        pass
    return None
