"""Checks a training or validation file before its job is queued, naming the lines."""

from dataclasses import dataclass
from pathlib import Path

from voicetune.examples.example import Example
from voicetune.examples.example_checks import check_example
from voicetune.examples.finding import Severity
from voicetune.examples.lines import example_of
from voicetune.examples.preferences import pair_of
from voicetune.examples.records import parse

MINIMUM_EXAMPLES = 10
PROBLEMS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file is worth: how many examples it has, and what is wrong, if anything."""

    examples: int
    problem: str | None


def check_file(path: Path, method: str, minimum: int) -> Verdict:
    """Checks every line by the format of the method, and that there are enough of them."""
    problems_of = _pair_problems if method == "dpo" else _problems
    examples = 0
    problems: list[str] = []
    unnamed = 0
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                examples += 1
                reasons = problems_of(line)
                if len(problems) < PROBLEMS_NAMED:
                    problems += [f"Line {number}: {reason}" for reason in reasons[:1]]
                else:
                    unnamed += bool(reasons)
    except UnicodeDecodeError:
        return Verdict(examples, "The file is not text in UTF-8. Save it as UTF-8 and try again.")
    if unnamed:
        problems.append(f"{unnamed:,} more lines have problems.")
    if not problems and examples < minimum:
        problems.append(
            f"The file has {examples} examples; training needs at least {minimum}."
            if minimum > 1
            else "The file is empty."
        )
    return Verdict(examples, " ".join(problems) or None)


def _problems(line: str) -> list[str]:
    read = example_of(parse(line), "")
    if not isinstance(read, Example):
        return [read.reason]
    return [each.message for each in check_example(read) if each.severity is Severity.ERROR]


def _pair_problems(line: str) -> list[str]:
    record = parse(line)
    read = record.problem or pair_of(record.value)
    return [read] if isinstance(read, str) else []
