"""Starts the local engine for the app, keeps it running and stops it.

The only part of the engine that the app imports: standard library alone.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

GREETING = "listening on "
START_LIMIT = 30.0
STOP_LIMIT = 10.0
LONGEST_PAUSE = 30.0
LOOK_EVERY = 2.0
"""Seconds between looks at an engine that another process has started."""

ENGINE = (sys.executable, "-m", "voicetune.engine")


class EngineStartError(Exception):
    """The engine did not start; the message is the engine's own reason."""


class EngineProcess:
    """The engine of one VoiceTune folder.

    An engine that another process runs for the same folder is used as it is. One that dies is
    started again, on the same port where that is still free. It exits by itself when this process
    is gone.
    """

    def __init__(self, command: Sequence[str] = ENGINE) -> None:
        self._command = command
        self._folder = Path()
        self._process: subprocess.Popen[str] | None = None
        self._url: str | None = None
        self._changing = threading.Lock()
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def url(self) -> str | None:
        """The base URL for an OpenAI client; None while there is none."""
        return self._url

    @property
    def token(self) -> str:
        """The engine's API key."""
        return (self._folder / "token").read_text(encoding="utf-8").strip()

    @property
    def ours(self) -> bool:
        """Whether this process runs the engine, rather than found it running."""
        return self._process is not None

    @property
    def alive(self) -> bool:
        """Whether the engine runs."""
        if self._process is not None:
            return self._process.poll() is None
        return self._url is not None and _answers(self._url, self._folder / "token")

    def start(self, home: Path, *, port: int = 0) -> str:
        """Starts the engine in HOME/engine, on a free port or this one, and returns its base URL.

        Raises EngineStartError with the reason where it does not start.
        """
        self._folder = home / "engine"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._stopping.clear()
        self._find_or_spawn(port)
        self._watcher = threading.Thread(target=self._watch, name="engine-watch", daemon=True)
        self._watcher.start()
        assert self._url is not None  # noqa: S101
        return self._url

    def restart(self) -> str:
        """Stops the engine and starts it again."""
        self.stop()
        return self.start(self._folder.parent)

    def stop(self) -> None:
        """Stops the engine, unless another process started it."""
        self._stopping.set()
        with self._changing:
            process, self._process, self._url = self._process, None, None
            if process is not None:
                _end(process)
                self._url_file.unlink(missing_ok=True)
        if self._watcher is not None:
            self._watcher.join(STOP_LIMIT)

    @property
    def _url_file(self) -> Path:
        return self._folder / "url"

    def _find_or_spawn(self, port: int) -> None:
        self._url = self._running_elsewhere()
        if self._url is not None:
            return
        try:
            self._spawn(port)
        except EngineStartError:
            # Another process of the same person may have started one at the same moment.
            self._url = self._running_elsewhere()
            if self._url is None:
                raise

    def _running_elsewhere(self) -> str | None:
        with suppress(OSError):
            url = self._url_file.read_text(encoding="utf-8").strip()
            if _answers(url, self._folder / "token"):
                return url
        return None

    def _spawn(self, port: int) -> None:
        arguments = ["--home", str(self._folder), "--port", str(port), "--parent-stdin"]
        arguments += ["--token-file", str(self._folder / "token")]
        errors = self._folder / "start.log"
        with errors.open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                [*self._command, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                cwd=Path(__file__).resolve().parents[2],
                env={**os.environ, "PYTHONUTF8": "1"},
                start_new_session=True,
            )
        line = _first_line(process)
        if not line.startswith(GREETING):
            _end(process)
            reason = errors.read_text(encoding="utf-8", errors="replace").strip()
            raise EngineStartError(reason or "The engine did not start in time.")
        self._process = process
        self._url = line.removeprefix(GREETING).strip()
        _write_private(self._url_file, self._url)

    def _watch(self) -> None:
        """Starts the engine again whenever it is gone, until `stop`."""
        pause = 0.5
        while not self._stopping.is_set():
            process, url = self._process, self._url
            if process is not None:
                process.wait()
            elif url is not None and self.alive:
                self._stopping.wait(LOOK_EVERY)
                continue
            with self._changing:
                if self._stopping.is_set():
                    return
                self._process = self._url = None
                try:
                    self._find_or_spawn(_port_of(url))
                    pause = 0.5
                    continue
                except EngineStartError:
                    pass
            self._stopping.wait(pause)
            pause = min(LONGEST_PAUSE, pause * 2)


def _first_line(process: subprocess.Popen[str]) -> str:
    """Returns the first line of output, or an empty text when none comes in time."""
    lines: SimpleQueue[str] = SimpleQueue()
    output = process.stdout
    assert output is not None  # noqa: S101
    threading.Thread(target=lambda: lines.put(output.readline()), daemon=True).start()
    try:
        return lines.get(timeout=START_LIMIT)
    except Empty:
        return ""


def _end(process: subprocess.Popen[str]) -> None:
    """Closes the engine's standard input, which asks it to stop, and makes sure that it does."""
    assert process.stdin is not None  # noqa: S101
    with suppress(OSError):
        process.stdin.close()
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(url: str, token_file: Path) -> bool:
    """Says whether an engine answers at the URL to this folder's token."""
    try:
        token = token_file.read_text(encoding="utf-8").strip()
        # Not /engine: that is asked by whoever wants a model, and has the workers started.
        request = Request(f"{url}/models", headers={"Authorization": f"Bearer {token}"})  # noqa: S310
        # Never through a proxy: the token is for this computer.
        with build_opener(ProxyHandler({})).open(request, timeout=LOOK_EVERY) as response:
            return bool(response.status == 200)
    except (URLError, OSError, ValueError):
        return False


def _port_of(url: str | None) -> int:
    return 0 if url is None else int(url.removesuffix("/v1").rpartition(":")[2])


def _write_private(file: Path, text: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(text + "\n")
    fresh.replace(file)
