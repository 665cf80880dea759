"""`python -m voicetune engine`: a real process, found by other commands, stopped by a signal."""

import os
import signal
import subprocess
import sys

from tests.contract.running_engine import PATIENCE, ROOT, make_base_model
from voicetune.providers.client import client_for, local_place


def test_the_engine_runs_until_it_is_told_to_stop(tmp_path, voicetune_home):
    starter = make_base_model(tmp_path / "starter")
    process = subprocess.Popen(
        [sys.executable, "-m", "voicetune", "engine"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "VOICETUNE_STARTER": str(starter)},
    )
    try:
        said = process.stdout.readline()
        place = local_place(voicetune_home)
        assert said == f"The engine listens on {place.base_url}\n"
        assert str(voicetune_home / "engine" / "token") in process.stdout.readline()
        assert "voicetune-starter" in {model.id for model in client_for(place).models.list()}
        second = subprocess.run(
            [sys.executable, "-m", "voicetune", "engine"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=PATIENCE,
            check=False,
        )
        assert second.returncode == 1
        assert f"already runs for {voicetune_home}, at {place.base_url}" in second.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
    assert local_place(voicetune_home) is None
