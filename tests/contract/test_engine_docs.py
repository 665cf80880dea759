"""The example in docs/engine.md is run as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

from tests.contract.running_engine import RunningEngine, lines

DOCS = Path(__file__).resolve().parents[2] / "docs" / "engine.md"


def test_the_example_trains_and_asks(engine: RunningEngine, tmp_path: Path):
    text = DOCS.read_text(encoding="utf-8")
    (example,) = re.findall(r"<!-- example -->\n```python\n(.*?)```", text, re.DOTALL)
    assert len(example.strip().splitlines()) <= 22
    (tmp_path / "examples.jsonl").write_bytes(lines(12))
    done = subprocess.run(
        [sys.executable, "-c", example, str(tmp_path / "examples.jsonl")],
        env={"ENGINE_URL": engine.url, "ENGINE_TOKEN": engine.token, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("succeeded ")
