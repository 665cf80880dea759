"""A whole set: its size, its duplicates, its system message; left out examples do not count."""

from dataclasses import replace

import pytest

from voicetune.examples.checks import check_set
from voicetune.examples.codes import CODES
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding, Severity


def example(number: int, question: str | None = None, system: str | None = None) -> Example:
    messages = [] if system is None else [{"role": "system", "content": system}]
    asked = question or f"{number:x}" * 9  # nothing in common with the others
    messages.append({"role": "user", "content": asked})
    return Example([*messages, {"role": "assistant", "content": f"Answer {number}."}], id=number)


def examples(number: int) -> list[Example]:
    return [example(i) for i in range(number)]


def of_code(findings: list[Finding], code: str) -> list[Finding]:
    return [finding for finding in findings if finding.code == code]


@pytest.mark.parametrize(
    ("number", "code", "severity"),
    [
        (0, "too-few", Severity.ERROR),
        (9, "too-few", Severity.ERROR),
        (10, "few", Severity.ADVICE),
        (99, "few", Severity.ADVICE),
        (100, "below-ideal", Severity.ADVICE),
        (499, "below-ideal", Severity.ADVICE),
    ],
)
def test_one_finding_says_whether_there_are_enough(
    number: int, code: str, severity: Severity
) -> None:
    sizes = [f for f in check_set(examples(number)) if f.code in ("too-few", "few", "below-ideal")]
    assert [(finding.code, finding.severity) for finding in sizes] == [(code, severity)]


def test_five_hundred_are_enough() -> None:
    found = {finding.code for finding in check_set(examples(500))}
    assert found.isdisjoint({"too-few", "few", "below-ideal"})


def test_the_minimum_counts_what_is_trained_on_and_is_the_places_own() -> None:
    kept = [replace(e, split="validation") if e.id > 7 else e for e in examples(10)]
    (finding,) = of_code(check_set(kept), "too-few")
    assert "8 examples to train on, not counting 2 kept for validation" in finding.message
    assert of_code(check_set(kept, minimum=8), "too-few") == []


def test_left_out_examples_count_for_nothing_in_the_set() -> None:
    out = [replace(example(i, "How do I start?", "Be brief."), include=False) for i in range(5)]
    found = check_set([*out, *examples(12)])
    assert [finding.code for finding in found] == ["few"]


def test_findings_of_rows_carry_their_position_among_all_examples() -> None:
    left_out = replace(example(0), include=False)
    wrong = Example([{"role": "user", "content": "How?"}])
    found = check_set([left_out, wrong, example(2), replace(example(2), id=9), *examples(12)[4:]])
    assert of_code(found, "no-assistant")[0].rows == (1,)
    assert of_code(found, "exact-duplicate")[0].rows == (2, 3)


def test_exact_duplicates_are_one_finding_a_group_and_no_near_duplicates() -> None:
    twice = [*examples(12), example(3), example(3), example(5)]
    found = check_set(twice)
    assert [f.rows for f in of_code(found, "exact-duplicate")] == [(3, 12, 13), (5, 14)]
    assert of_code(found, "near-duplicate") == []


def test_similar_questions_are_advice_that_quotes_both() -> None:
    asked = [example(20, "How to network?"), *examples(12), example(21, "Ways to network?")]
    (finding,) = of_code(check_set(asked), "near-duplicate")
    assert finding.rows == (0, 13)
    assert finding.severity is Severity.ADVICE
    assert "“How to network?” and “Ways to network?”" in finding.message
    assert finding.mend is None


def test_examples_whose_system_message_differs_are_listed() -> None:
    mixed = [example(i, system="You are kind.") for i in range(9)]
    mixed += [example(9, system="You are curt."), example(10)]
    (finding,) = of_code(check_set(mixed), "system-differs")
    assert finding.rows == (9, 10)
    assert "“You are kind.”" in finding.message


def test_no_system_message_anywhere_is_fine() -> None:
    assert of_code(check_set(examples(12)), "system-differs") == []


def test_every_code_has_a_label_in_sentence_case() -> None:
    for code, (_, label) in CODES.items():
        assert code == code.lower()
        assert label[0].isupper()
        assert not label.endswith(".")
