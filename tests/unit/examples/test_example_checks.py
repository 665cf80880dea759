"""One example: every way it can be wrong is named, and a good one has no finding."""

import json
from typing import Any

import pytest

from tests.unit.examples.conversations import ANSWER, ASK, BAD, SYSTEM
from voicetune.examples.checks import CODES, check_example
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding, Severity


def findings(*messages: Any, **extra: Any) -> list[Finding]:
    return check_example(Example(list(messages), extra=extra))


def codes(*messages: Any, **extra: Any) -> list[str]:
    return [finding.code for finding in findings(*messages, **extra)]


GOOD = {
    "plain": [ASK, ANSWER],
    "with a system message": [SYSTEM, ASK, ANSWER],
    "several turns": [SYSTEM, ASK, ANSWER, {"role": "user", "content": "And then?"}, ANSWER],
    "weights 0 and 1": [ASK, {**ANSWER, "weight": 0}, ASK, {**ANSWER, "weight": 1}],
    "a weight of 1.0, which is the same number": [ASK, {**ANSWER, "weight": 1.0}],
    "text parts": [{"role": "user", "content": [{"type": "text", "text": "How?"}]}, ANSWER],
    "names": [{**ASK, "name": "ana"}, ANSWER],
    "emoji with joiners": [ASK, {**ANSWER, "content": "👩🏽‍🌾 and 🏳️‍🌈"}],
    "only an emoji": [ASK, {**ANSWER, "content": "🌱"}],
    "Chinese and Japanese": [{**ASK, "content": "怎么开始?"}, {**ANSWER, "content": "毎日一行。"}],
    "right to left with marks": [
        {**ASK, "content": "‏كيف أبدأ؟"},
        {**ANSWER, "content": "בשורה אחת ⁧כל יום⁩‎."},
    ],
    "combining marks": [ASK, {**ANSWER, "content": "Cafe\u0301, Tiê\u0301ng Việt, क्षि"}],
    "tabs and line ends": [ASK, {**ANSWER, "content": "One\r\n\tTwo\n"}],
    "a line separator": [ASK, {**ANSWER, "content": "One\u2028Two"}],
    "brackets that are no slots": [
        ASK,
        {**ANSWER, "content": "See [my page](https://a.example), [1], [x] and {a: 1} [laughs]."},
    ],
    "a person who works with AI": [
        ASK,
        {**ANSWER, "content": "As an AI researcher I say no. Here's the post that cost me a job."},
    ],
}


@pytest.mark.parametrize("messages", GOOD.values(), ids=GOOD)
def test_a_good_example_has_no_finding(messages: list[Any]) -> None:
    assert findings(*messages) == []


@pytest.mark.parametrize(("code", "messages"), BAD.values(), ids=BAD)
def test_a_fault_is_named_by_its_code_and_nothing_else_is_said(
    code: str, messages: list[Any]
) -> None:
    found = findings(*messages)
    assert [finding.code for finding in found] == [code]
    sentence = found[0].message
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "!" not in sentence


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_severity_is_the_codes_own(case: tuple[str, list[Any]]) -> None:
    code, messages = case
    worse = code in ("image", "control-character")
    assert findings(*messages)[0].severity == CODES[code].severity or worse


def test_what_cannot_be_stored_or_trained_is_an_error_and_the_rest_a_warning() -> None:
    image = [{"type": "image_url", "image_url": {"url": "https://a.example/a.png"}}]
    severities = [
        findings(ASK, {**ANSWER, "content": "a\x00"})[0].severity,
        findings(ASK, {**ANSWER, "content": "a\udc00"})[0].severity,
        findings(ASK, {**ANSWER, "content": "a\x07"})[0].severity,
        findings(ASK, {"role": "assistant", "content": image})[0].severity,
        findings({"role": "user", "content": image}, ANSWER)[0].severity,
    ]
    error, warning = Severity.ERROR, Severity.WARNING
    assert severities == [error, error, warning, error, warning]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *((role, "assistant") for role in ("Assistant", "ASSISTANT", "asistant", "assistent")),
        *((role, "assistant") for role in ("gpt", "bot", "ai", "model", "chatgpt", " assistant ")),
        *((role, "user") for role in ("User", "human", "usr", "uesr", "users", "<|user|>")),
        *((role, "system") for role in ("System", "sytem", "developer")),
    ],
)
def test_a_misspelt_role_is_told_what_it_was_meant_to_be(written: str, meant: str) -> None:
    messages = [SYSTEM, ASK, ANSWER]
    index = next(i for i, m in enumerate(messages) if m["role"] == meant)
    messages[index] = {**messages[index], "role": written}
    (finding,) = findings(*messages)
    assert finding.code == "unknown-role"
    assert finding.mend == f"Rename the role to {meant}"
    assert f"Rename it to {meant}." in finding.message


@pytest.mark.parametrize("role", ["narrator", "", "助手", "x" * 5000, None])
def test_a_role_nobody_can_guess_has_no_mend(role: Any) -> None:
    (finding,) = findings(ASK, {**ANSWER, "role": role})
    assert (finding.code, finding.mend) == ("unknown-role", None)


def test_a_system_message_at_the_end_is_both_late_and_no_answer() -> None:
    assert codes(ASK, ANSWER, SYSTEM) == ["last-not-assistant", "system-not-first"]


def test_a_quoted_text_brings_no_control_characters_along() -> None:
    (finding,) = findings(ASK, {**ANSWER, "role": "poet\x1b[31m\ud800"})
    assert "“poet[31m”" in finding.message


def test_several_unknown_roles_are_said_in_one_sentence() -> None:
    (finding,) = findings({**ASK, "role": "human"}, {**ANSWER, "role": "gpt"})
    assert finding.message == (
        "Messages 1 and 2: the roles “human” and “gpt” are unknown. "
        "Rename them to user and assistant."
    )


def test_one_finding_names_all_its_messages() -> None:
    (finding,) = findings({**ASK, "weight": 1}, ANSWER, {**ASK, "weight": 1}, ANSWER)
    assert finding.message.startswith("Messages 1 and 3 have a weight")


def test_tools_beside_the_messages_are_named() -> None:
    assert codes(ASK, ANSWER, tools=[{"type": "function"}]) == ["tool-calls"]


def test_tool_results_may_follow_each_other() -> None:
    call = {"role": "assistant", "tool_calls": [{"id": "1"}, {"id": "2"}]}
    results = [{"role": "tool", "tool_call_id": n, "content": "4"} for n in "12"]
    assert codes(ASK, call, *results, ANSWER) == ["tool-calls"]


def test_leftovers_of_an_ai_chat_are_only_looked_for_in_answers() -> None:
    assert codes({**ASK, "content": "Do you say “as an AI language model”?"}, ANSWER) == []


def test_strange_json_values_never_break_the_checks() -> None:
    odd = [None, True, 0, 1.5, "x", [], {}, [None], {"a": []}, [[[]]], "\ud800", 10**40]
    for value in odd:
        check_example(Example([value, {"role": value, "content": value, "weight": value}]))
        check_example(Example([{"role": "user", "content": [value]}, {**ANSWER, "name": value}]))
        check_example(Example([{"role": "user", "content": [{"type": value, "text": value}]}]))
        check_example(Example(value, extra={"tools": value}))


def test_each_sentence_of_a_finding_can_be_written_as_json() -> None:
    for _, messages in BAD.values():
        json.dumps([finding.message for finding in findings(*messages)]).encode()
