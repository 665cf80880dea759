"""One-click mends: the fault is gone, the text is kept, and what a person must decide stays."""

from typing import Any

import pytest

from tests.unit.examples.conversations import ANSWER, ASK, BAD, SYSTEM
from voicetune.examples.checks import check_example, check_set
from voicetune.examples.example import Example
from voicetune.examples.mends import MENDABLE, align_system, mend, mend_rows


def mended(code: str, *messages: Any) -> list[Any] | None:
    example = mend(Example(list(messages)), code)
    return None if example is None else example.messages


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_a_mend_that_is_offered_removes_its_finding(case: tuple[str, list[Any]]) -> None:
    code, messages = case
    example = Example(messages)
    (finding,) = check_example(example)
    better = mend(example, code)
    assert (better is not None) == (finding.mend is not None)
    if better is not None:
        assert check_example(better) == []


def test_a_mend_leaves_the_given_example_untouched() -> None:
    for code, messages in BAD.values():
        before = repr(messages)
        mend(Example(messages), code)
        assert repr(messages) == before


def test_several_roles_are_renamed_at_once() -> None:
    human, gpt = {**ASK, "role": "human"}, {**ANSWER, "role": "gpt"}
    assert mended("unknown-role", human, gpt) == [ASK, ANSWER]
    (finding,) = check_example(Example([human, gpt]))
    assert finding.mend == "Rename the roles"


def test_an_empty_turn_is_dropped_when_a_question_and_an_answer_remain() -> None:
    empty = {"role": "user", "content": " "}
    assert mended("empty-content", ASK, ANSWER, empty) == [ASK, ANSWER]
    assert mended("empty-content", empty, ANSWER) is None
    assert mended("empty-content", ASK, {**ANSWER, "content": ""}) is None


def test_text_under_another_key_is_moved_into_content() -> None:
    example = Example([{"role": "user", "text": "How do I start?"}, ANSWER])
    assert mend(example, "missing-content") == Example([ASK, ANSWER])
    assert mend(example, "unknown-key") is None
    labels = {finding.code: finding.mend for finding in check_example(example)}
    assert labels == {"unknown-key": None, "missing-content": "Move the text into content"}


def test_odd_content_becomes_text_where_there_is_text_in_it() -> None:
    parts = [{"type": "text", "value": "How do I"}, {"type": "text", "text": "start?"}]
    assert mended("content-not-text", {**ASK, "content": parts}, ANSWER) == [
        {"role": "user", "content": "How do I\nstart?"},
        ANSWER,
    ]
    assert mended("content-not-text", {**ASK, "content": 7}, ANSWER)[0]["content"] == "7"  # type: ignore[index]
    assert mended("content-not-text", {**ASK, "content": {"a": 1}}, ANSWER) is None


def test_what_comes_after_the_last_answer_is_dropped() -> None:
    assert mended("last-not-assistant", SYSTEM, ASK, ANSWER, ASK) == [SYSTEM, ASK, ANSWER]
    assert mended("last-not-assistant", ANSWER, ASK) is None


def test_the_system_message_moves_first_and_the_rest_keeps_its_order() -> None:
    assert mended("system-not-first", ASK, ANSWER, SYSTEM, ASK, ANSWER) == [
        *(SYSTEM, ASK, ANSWER, ASK, ANSWER)
    ]


def test_neighbours_of_one_role_are_joined_with_a_blank_line() -> None:
    more = {"role": "user", "content": "And then?"}
    assert mended("repeated-role", ASK, more, ANSWER) == [
        {"role": "user", "content": "How do I start?\n\nAnd then?"},
        ANSWER,
    ]


def test_neighbours_that_differ_in_more_than_their_text_are_left_to_the_person() -> None:
    assert mended("repeated-role", ASK, {**ANSWER, "weight": 0}, {**ANSWER, "weight": 1}) is None


@pytest.mark.parametrize(
    ("weight", "becomes"), [("1", 1), ("0", 0), (True, 1), (False, 0), (0.5, None), (None, None)]
)
def test_a_weight_becomes_the_number_it_stands_for_or_goes(weight: Any, becomes: Any) -> None:
    (_, answer) = mended("weight-value", ASK, {**ANSWER, "weight": weight}) or []
    assert answer.get("weight") == becomes
    assert type(answer.get("weight")) is type(becomes)


def test_only_the_last_answer_is_learned_when_all_weights_were_zero() -> None:
    zero = {**ANSWER, "weight": 0}
    assert mended("weight-all-zero", ASK, zero, ASK, zero) == [ASK, zero, ASK, ANSWER]


def test_an_image_goes_and_the_text_beside_it_stays() -> None:
    image = {"type": "image_url", "image_url": {"url": "https://a.example/a.png"}}
    text = {"type": "text", "text": "How do I start?"}
    assert mended("image", {**ASK, "content": [image, text]}, ANSWER) == [ASK, ANSWER]
    assert mended("image", {**ASK, "content": [image]}, ANSWER) is None


def test_hidden_characters_go_and_misread_windows_quotes_come_back() -> None:
    answer = {**ANSWER, "content": "\x00It\x92s \x93late\x94\x0bSo\x07\ud800 🌱 שלום e\u0301"}
    assert mended("control-character", ASK, answer) == [
        ASK,
        {**ANSWER, "content": "It’s “late”\nSo 🌱 שלום e\u0301"},
    ]


def test_nothing_to_mend_gives_none() -> None:
    for code in (*MENDABLE, "template-slot", "never-heard-of"):
        if code != "exact-duplicate":
            assert mended(code, SYSTEM, ASK, ANSWER) is None


def test_of_exact_duplicates_the_first_stays_in() -> None:
    examples = [Example([ASK, ANSWER], id=i) for i in (1, 2, 3)]
    (finding,) = [f for f in check_set(examples) if f.code == "exact-duplicate"]
    changed = mend_rows(examples, finding)
    assert {row: example.include for row, example in changed.items()} == {1: False, 2: False}
    assert changed[1].id == 2


def test_the_usual_system_message_is_put_where_it_differs() -> None:
    other = {"role": "system", "content": "Be brief."}
    examples = [Example([SYSTEM, ASK, ANSWER]) for _ in range(3)]
    examples += [Example([other, ASK, ANSWER]), Example([ASK, ANSWER])]
    (finding,) = [f for f in check_set(examples) if f.code == "system-differs"]
    assert finding.rows == (3, 4)
    changed = mend_rows(examples, finding)
    assert [changed[row].messages for row in (3, 4)] == [[SYSTEM, ASK, ANSWER]] * 2


def test_a_row_finding_is_mended_by_its_code() -> None:
    examples = [Example([ASK, ANSWER]), Example([ASK, {**ANSWER, "role": "bot"}])]
    finding = next(f for f in check_set(examples) if f.code == "unknown-role")
    assert mend_rows(examples, finding) == {1: Example([ASK, ANSWER])}


def test_aligning_to_no_system_message_removes_it() -> None:
    assert align_system(Example([SYSTEM, ASK, ANSWER]), None).messages == [ASK, ANSWER]
