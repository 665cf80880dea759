"""`python -m voicetune check`: one line a finding, JSON for scripts, the exit status."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from voicetune.cli import main
from voicetune.examples.codes import CODES
from voicetune.home import DATA

SAMPLES = DATA / "samples"
FLAWED = SAMPLES / "flawed.jsonl"


def check(file: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", str(file), *options])


def found(file: Path, *options: str) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = json.loads(check(file, "--json", *options).stdout)["findings"]
    return findings


def written(folder: Path, *lines: Any) -> Path:
    file = folder / "voice.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts), encoding="utf-8")
    return file


def example(number: int, **answer: Any) -> dict[str, Any]:
    asked = {"role": "user", "content": f"{number:x}" * 9}
    return {"messages": [asked, {"role": "assistant", "content": f"No {number}.", **answer}]}


@pytest.mark.parametrize("sample", ["hiring_manager.jsonl", "nursery_owner.jsonl"])
def test_the_sample_voices_have_neither_errors_nor_warnings(sample: str) -> None:
    result = check(SAMPLES / sample, "--json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert set(data) == {"examples", "errors", "warnings", "findings"}
    assert (data["errors"], data["warnings"]) == (0, 0)


def test_the_flawed_sample_shows_every_code_a_file_of_its_size_can() -> None:
    shown = {finding["code"] for finding in found(FLAWED, "--limit", "1024")}
    other_sizes = {"too-few", "below-ideal"}  # a set has one size: this one has few
    other_files = {"encoding", "row", "pair"}  # not UTF-8, a table, pasted text
    other_files |= {"rough-question"}  # filled in by VoiceTune
    assert shown == set(CODES) - other_sizes - other_files


def test_each_finding_has_a_line_of_its_own_and_a_summary_follows() -> None:
    result = check(FLAWED, "--limit", "1024")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert "line 11: error no-assistant: There is no assistant message" in result.stdout
    assert any(line.startswith("lines 29, 30: warning exact-duplicate: ") for line in lines)
    assert any(line.startswith("whole file: advice few: ") for line in lines)
    numbers = json.loads(check(FLAWED, "--limit", "1024", "--json").stdout)
    assert len(lines) == len(numbers["findings"]) + 1
    assert lines[-1] == (
        f"{numbers['examples']} examples, {numbers['errors']} errors, {numbers['warnings']} "
        "warnings, 2 pieces of advice."
    )


def test_lines_count_as_in_the_file_over_blank_and_refused_ones(tmp_path: Path) -> None:
    good = [example(i) for i in range(10)]
    file = written(tmp_path, "", example(11), "{nonsense", "", example(12, role="bot"), *good)
    lines = {finding["code"]: finding["lines"] for finding in found(file)}
    assert lines["not-json"] == [3]
    assert lines["unknown-role"] == [5]


def test_a_finding_of_the_set_names_all_its_lines(tmp_path: Path) -> None:
    file = written(tmp_path, *[example(i) for i in range(12)], example(3))
    (duplicate,) = [f for f in found(file) if f["code"] == "exact-duplicate"]
    assert duplicate == {
        "code": "exact-duplicate",
        "severity": "warning",
        "lines": [4, 13],
        "message": duplicate["message"],
        "mend": "Keep the first, leave out the rest",
    }


def test_warnings_alone_leave_the_exit_status_at_0(tmp_path: Path) -> None:
    file = written(tmp_path, *[example(i) for i in range(12)], example(3))
    assert check(file).exit_code == 0


def test_what_cannot_be_read_says_what_it_is_and_exits_with_2(tmp_path: Path) -> None:
    for name, data in {
        "empty.jsonl": b"",
        "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(50),
        "notes.txt": b"Just some notes about my week.",
    }.items():
        file = tmp_path / name
        file.write_bytes(data)
        result = check(file)
        assert result.exit_code == 2
        assert result.stderr.strip().endswith(".")
    assert check(tmp_path / "missing.jsonl").exit_code == 2


def test_a_table_is_checked_by_the_columns_it_names(tmp_path: Path) -> None:
    file = tmp_path / "voice.csv"
    rows = "".join(f"{i:x}{i:x}{i:x} how?,Answer {i}\n" for i in range(12))
    file.write_text("question,answer\n" + rows + "What then?,As an AI language model I pass\n")
    result = check(file, "--json")
    assert json.loads(result.stdout)["examples"] == 13
    assert "ai-leftover" in result.stdout
    assert result.exit_code == 0


def test_text_of_every_script_is_printed_as_it_is(tmp_path: Path) -> None:
    roles = ["助手", "מספר", "🤖", "e\u0301crivain"]
    file = written(tmp_path, *[example(i, role=role) for i, role in enumerate(roles)])
    for output in (check(file).stdout, check(file, "--json").stdout):
        assert all(f"“{role}”" in output for role in roles)


def test_no_control_character_of_the_file_reaches_the_terminal(tmp_path: Path) -> None:
    file = written(tmp_path, example(1, role="\x1b[31mred\ud83d"), '{"messages": \x1b[2J oops')
    assert "\x1b" not in check(file).stdout


def test_the_limit_is_openais_unless_another_is_given(tmp_path: Path) -> None:
    file = written(tmp_path, example(1, content="word " * 3000), *map(example, range(2, 14)))
    assert "too-long" not in {finding["code"] for finding in found(file)}
    assert "too-long" in {finding["code"] for finding in found(file, "--limit", "2000")}


def test_as_a_module_it_prints_utf8_and_sets_the_exit_status(tmp_path: Path) -> None:
    file = written(tmp_path, example(1, role="助手"))
    ran = subprocess.run(
        [sys.executable, "-m", "voicetune", "check", str(file)],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(DATA.parent)},
        cwd=tmp_path,
        check=False,
    )
    assert ran.returncode == 1
    assert "“助手”" in ran.stdout.decode("utf-8")


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    program = (
        "import sys; from voicetune.cli import main; main(['check', '--help'], "
        "standalone_mode=False); print(sorted({'streamlit', 'openai', 'torch', 'sklearn', 'numpy',"
        " 'pandas', 'sqlalchemy', 'tiktoken'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=DATA.parent
    )
    assert ran.stdout.splitlines()[-1] == "[]"
