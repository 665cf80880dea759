"""The check of a training file before its job is queued."""

import json
from pathlib import Path

import pytest

from voicetune.engine.validation import MINIMUM_EXAMPLES, check_file


def line(answer: object = "Yes.") -> str:
    turns = [{"role": "user", "content": "Hm?"}, {"role": "assistant", "content": answer}]
    return json.dumps({"messages": turns})


def check(tmp_path: Path, text: str | bytes, minimum=MINIMUM_EXAMPLES, method="supervised"):
    file = tmp_path / "file"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return check_file(file, method, minimum)


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_a_good_file_passes_in_every_dress(tmp_path: Path, start: str, end: str):
    verdict = check(tmp_path, start + end.join([line("猫 🐈")] * 10))
    assert (verdict.examples, verdict.problem) == (10, None)


def test_problems_are_named_by_line_and_counted_beyond_the_fifth(tmp_path: Path):
    text = "\n".join([line(), "", "{", *[line(None)] * 6, *[line()] * 10])
    problem = check(tmp_path, text).problem
    for number in (3, 4, 5, 6, 7):
        assert f"Line {number}: " in problem
    assert "Line 8" not in problem
    assert problem.endswith("2 more lines have problems.")


def test_ten_examples_are_needed_to_train_and_one_to_validate(tmp_path: Path):
    nine = "\n".join([line()] * 9)
    assert "9 examples" in check(tmp_path, nine).problem
    assert check(tmp_path, nine, 1).problem is None
    assert "empty" in check(tmp_path, "\n \n", 1).problem


def test_bytes_that_are_no_utf_8_are_refused(tmp_path: Path):
    assert "UTF-8" in check(tmp_path, line().encode("utf-16")).problem
    assert "UTF-8" in check(tmp_path, b"\n".join([line().encode()] * 10) + b"\xff").problem


@pytest.mark.parametrize(
    "text", ["[]", "null", '{"prompt": "a", "completion": "b"}', '{"messages": {}}', "Q: a\nA: b"]
)
def test_other_kinds_of_files_are_refused(tmp_path: Path, text: str):
    assert check(tmp_path, text).problem is not None


def test_advice_and_warnings_do_not_stop_training(tmp_path: Path):
    lines = [line("As an AI language model, hello {{name}}")] * 10
    assert check(tmp_path, "\n".join(lines)).problem is None


def test_a_preference_file_is_checked_by_its_own_format(tmp_path: Path):
    pair = json.dumps(
        {
            "input": {"messages": [{"role": "user", "content": "Hm?"}]},
            "preferred_output": [{"role": "assistant", "content": "Yes."}],
            "non_preferred_output": [{"role": "assistant", "content": "No."}],
        }
    )
    text = "\n".join([pair] * 10)
    assert check(tmp_path, text, method="dpo").problem is None
    assert "Line 1: " in check(tmp_path, text).problem
    assert "Line 11: " in check(tmp_path, text + "\n" + line(), method="dpo").problem
    assert "Line 11: " in check(tmp_path, text + "\n{", method="dpo").problem
