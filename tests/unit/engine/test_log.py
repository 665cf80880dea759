"""The engine's log."""

import json
import logging
import subprocess
import sys
from pathlib import Path

from voicetune.engine.log import JsonLines

ROOT = Path(__file__).resolve().parents[3]
PRIVATE = "a private sentence"


def written(name: str, message: str, exception: bool = False, **fields: object) -> dict:
    try:
        raise ValueError(PRIVATE)
    except ValueError:
        error = sys.exc_info() if exception else None
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, (), error)
    record.__dict__.update(fields)
    return json.loads(JsonLines().format(record))


def test_a_line_has_what_happened_and_its_fields():
    line = written("voicetune.engine", "request", status=200, path="/v1/files")
    assert (line["event"], line["level"]) == ("request", "error")
    assert (line["status"], line["path"]) == (200, "/v1/files")


def test_an_exception_gives_its_type_and_place_but_not_its_words():
    line = written("voicetune.engine", "broke", exception=True)
    assert line["exception"] == "ValueError"
    assert "in written" in line["at"]
    assert PRIVATE not in json.dumps(line)


def test_what_a_library_says_is_left_out():
    assert written("asyncio", "exception=ValueError('a private sentence')")["event"] == "asyncio"


def test_a_log_that_cannot_be_written_is_not_told_elsewhere(tmp_path: Path):
    program = (
        "import logging, sys; from pathlib import Path; from tests.full_disk import full_disk\n"
        "from voicetune.engine.log import write_log_to\n"
        "write_log_to(Path(sys.argv[1]))\n"
        "with full_disk():\n"
        "    try: raise ValueError(sys.argv[2])\n"
        "    except ValueError: logging.getLogger('voicetune.engine').exception('broke')\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "engine.log"), PRIVATE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
