"""`python -m voicetune coach`: the score, the same findings as `check`, the same exit status."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.unit.coach.sets import said, sound
from voicetune.cli import main
from voicetune.examples.example import Example, to_line
from voicetune.home import DATA

SAMPLES = DATA / "samples"


def run(command: str, file: Path, *options: str) -> Result:
    return CliRunner().invoke(main, [command, str(file), *options])


def data_of(file: Path, *options: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(run("coach", file, "--json", *options).stdout)
    return data


def written(folder: Path, examples: list[Example], *more: str) -> Path:
    file = folder / "voice.jsonl"
    file.write_text("\n".join([*map(to_line, examples), *more]), encoding="utf-8")
    return file


@pytest.mark.parametrize("sample", ["hiring_manager.jsonl", "nursery_owner.jsonl"])
def test_the_sample_voices_score_well(sample: str) -> None:
    result = run("coach", SAMPLES / sample, "--json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert data["score"] >= 80
    assert (data["errors"], data["warnings"]) == (0, 0)


def test_it_prints_what_check_prints_and_a_score(tmp_path: Path) -> None:
    wrong = said("How?", "Write to bob@example.org, he knows all about boxes and vans.")
    data = data_of(written(tmp_path, [*sound(20), wrong]))
    assert set(data) == {"score", "examples", "errors", "warnings", "deductions", "findings"}
    (finding,) = [f for f in data["findings"] if f["code"] == "private-email"]
    assert finding == {
        "code": "private-email",
        "severity": "warning",
        "lines": [21],
        "message": finding["message"],
        "mend": "Replace with a placeholder",
    }
    (deduction,) = [d for d in data["deductions"] if d["code"] == "private-email"]
    assert deduction["lines"] == [21]
    assert deduction["points"] > 0


def test_all_that_check_finds_is_found_here(tmp_path: Path) -> None:
    flawed = SAMPLES / "flawed.jsonl"
    checked = json.loads(run("check", flawed, "--json").stdout)["findings"]
    coached = data_of(flawed)
    assert {f["code"] for f in checked} <= {f["code"] for f in coached["findings"]}
    assert coached["score"] == 0


def test_posts_in_another_voice_are_found_too() -> None:
    found = data_of(SAMPLES / "flawed.jsonl")["findings"]
    (mend,) = {f["mend"] for f in found if f["code"].startswith("voice-")}
    assert mend == "Leave it out"


@pytest.mark.parametrize("name", ["flawed.jsonl", "hiring_manager.jsonl"])
def test_the_exit_status_is_checks(name: str) -> None:
    assert run("coach", SAMPLES / name).exit_code == run("check", SAMPLES / name).exit_code


def test_refused_lines_are_errors_with_their_line_and_lower_the_score(tmp_path: Path) -> None:
    whole = data_of(written(tmp_path, sound(30)))["score"]
    data = data_of(written(tmp_path, sound(30), "{nonsense"))
    assert data["score"] < whole
    assert [f["lines"] for f in data["findings"] if f["code"] == "not-json"] == [[31]]


def test_what_cannot_be_read_exits_with_2(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    assert run("coach", file).exit_code == 2
    assert run("coach", tmp_path / "missing.jsonl").exit_code == 2


def test_the_writers_own_names_can_be_given(tmp_path: Path) -> None:
    text = "Priya Natarajan asks for boxes. Write to priya@vans.example, or to @priya_vans there."
    file = written(tmp_path, [*sound(20), said("How?", text)])

    def private(*options: str) -> set[str]:
        found = data_of(file, *options)["findings"]
        return {f["code"] for f in found if f["code"].startswith("private-")}

    assert private() == {"private-name", "private-email", "private-handle"}
    assert private("--mine", "Priya Natarajan") == {"private-email", "private-handle"}
    own = ("Priya Natarajan", "PRIYA@vans.example", "priya_vans")
    assert private(*(part for name in own for part in ("--mine", name))) == set()


def test_as_text_the_score_and_each_loss_have_a_line(tmp_path: Path) -> None:
    output = run("coach", written(tmp_path, sound(30))).stdout.splitlines()
    assert output[-2].startswith("Score: ")
    assert output[-1].lstrip().startswith("−")
    assert "points, few: There are 30 examples." in output[-1]


def test_no_control_character_of_the_file_reaches_the_terminal(tmp_path: Path) -> None:
    wrong = said("How?", "It ends on \x1b[31m red bob@example.org and then the")
    assert "\x1b" not in run("coach", written(tmp_path, [*sound(12), wrong])).stdout
