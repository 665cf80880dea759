"""The real app in a process of its own, for browser tests."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60.0


@dataclass
class App:
    """A running app: its address, the home folder of its data, its process and its log."""

    url: str
    home: Path
    process: "subprocess.Popen[bytes]"
    log: Path

    def at(self, path: str) -> str:
        """Returns the address of a page, such as "/train?voice=1"."""
        return self.url + path


@contextlib.contextmanager
def running_app(home: Path, **environment: str) -> Iterator[App]:
    """Starts `streamlit run app.py` on a free port with its data in `home`; stops it at the end."""
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    log = home / "app.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
            cwd=ROOT,
            env={**os.environ, "VOICETUNE_HOME": str(home), **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    app = App(f"http://127.0.0.1:{port}", home, process, log)
    try:
        wait(app)
        yield app
    finally:
        process.terminate()
        stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Waits for a process that was asked to end, and ends it where it does not."""
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait(app: App) -> None:
    """Waits until the app answers; fails with its log where it does not start."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if app.process.poll() is not None:
            break
        with (
            contextlib.suppress(OSError),
            urlopen(app.at("/_stcore/health"), timeout=2) as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the app did not start:\n{app.log.read_text(errors='replace')}")


def free_port() -> int:
    """Returns a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
