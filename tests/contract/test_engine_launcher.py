"""The app's side of the engine: started, found, kept running and stopped."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.contract.running_engine import ROOT, eventually, is_running, make_base_model
from voicetune.engine.launcher import EngineProcess, EngineStartError

WORKERS = Path(__file__).parent / "workers"


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """An engine with scripted workers that takes the real command's arguments."""
    make_base_model(tmp_path / "starter")
    monkeypatch.setenv("VOICETUNE_STARTER", str(tmp_path / "starter"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "script.json").write_text("{}")
    return (sys.executable, str(WORKERS / "engine.py"), "--script", str(tmp_path / "script.json"))


@pytest.fixture
def engine(command: tuple[str, ...]) -> Iterator[EngineProcess]:
    started = EngineProcess(command)
    yield started
    started.stop()


def status_of(engine: EngineProcess) -> int:
    request = Request(f"{engine.url}/engine", headers={"Authorization": f"Bearer {engine.token}"})
    with build_opener(ProxyHandler({})).open(request, timeout=30) as response:
        return response.status


def pid_of(engine: EngineProcess) -> int:
    return engine._process.pid


def test_it_starts_answers_and_stops(engine: EngineProcess, tmp_path: Path):
    url = engine.start(tmp_path)
    assert url == engine.url
    assert engine.alive
    assert status_of(engine) == 200
    pid = pid_of(engine)
    engine.stop()
    assert not engine.alive
    assert engine.url is None
    assert not is_running(pid)
    assert not (tmp_path / "engine" / "url").exists()


def test_the_address_and_the_token_are_for_their_owner_alone(engine: EngineProcess, tmp_path: Path):
    engine.start(tmp_path)
    for name in ("url", "token"):
        assert stat.S_IMODE((tmp_path / "engine" / name).stat().st_mode) == 0o600
    assert (tmp_path / "engine" / "url").read_text().strip() == engine.url
    arguments = Path(f"/proc/{pid_of(engine)}/cmdline").read_text()
    assert engine.token not in arguments


def test_one_that_dies_is_started_again_at_the_same_address(engine: EngineProcess, tmp_path: Path):
    url = engine.start(tmp_path)
    pid = pid_of(engine)
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: engine.alive and pid_of(engine) != pid)
    assert engine.url == url
    assert status_of(engine) == 200


def test_it_can_be_restarted(engine: EngineProcess, tmp_path: Path):
    engine.start(tmp_path)
    pid = pid_of(engine)
    engine.restart()
    assert pid_of(engine) != pid
    assert status_of(engine) == 200


def test_a_second_one_uses_the_engine_that_runs_and_takes_over_when_it_goes(
    engine: EngineProcess, command: tuple[str, ...], tmp_path: Path
):
    url = engine.start(tmp_path)
    second = EngineProcess(command)
    try:
        assert second.start(tmp_path) == url
        assert second.alive
        assert second._process is None
        engine.stop()
        eventually(lambda: second._process is not None and second.alive)
        assert status_of(second) == 200
    finally:
        second.stop()


def test_stopping_a_second_one_leaves_the_first_running(
    engine: EngineProcess, command: tuple[str, ...], tmp_path: Path
):
    engine.start(tmp_path)
    second = EngineProcess(command)
    second.start(tmp_path)
    second.stop()
    assert status_of(engine) == 200


def test_an_address_left_by_a_killed_app_is_not_believed(engine: EngineProcess, tmp_path: Path):
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "url").write_text("http://127.0.0.1:9/v1\n")
    (tmp_path / "engine" / "token").write_text("a token that is long enough\n")
    assert engine.start(tmp_path) != "http://127.0.0.1:9/v1"
    assert engine.token == "a token that is long enough"


def test_one_that_cannot_start_says_why(tmp_path: Path):
    reason = "import sys; sys.exit('PyTorch is missing.')"
    with pytest.raises(EngineStartError, match=r"PyTorch is missing\."):
        EngineProcess((sys.executable, "-c", reason)).start(tmp_path)


def test_the_engine_exits_when_the_app_is_killed(command: tuple[str, ...], tmp_path: Path):
    code = (
        "import sys, time; from pathlib import Path\n"
        "from voicetune.engine.launcher import EngineProcess\n"
        "engine = EngineProcess(tuple(sys.argv[2:])); engine.start(Path(sys.argv[1]))\n"
        "print(engine._process.pid, flush=True); time.sleep(600)"
    )
    app = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), *command], stdout=subprocess.PIPE, text=True
    )
    with app:
        pid = int(app.stdout.readline())
        assert is_running(pid)
        app.kill()
        eventually(lambda: not is_running(pid))
