"""The engine's log."""

import json
import logging
import sys

from voicetune.engine.log import JsonLines

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
