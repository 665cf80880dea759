"""Typos: slips only, never a word of the person's own, never another language."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.coach.sets import answers
from voicetune.coach.spelling import check_spelling, corrected, correction, typos, unknown_words

FRAME = "It was the one that we had for a long time, and {} is what they said to us."


def wrong(*words: str) -> list[dict[str, str]]:
    return typos([unknown_words(e) for e in answers(*[FRAME.format(word) for word in words])])


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("recieve", "receive"),
        ("definately", "definitely"),
        ("knowlegde", "knowledge"),
        ("busines", "business"),
        ("teh", "the"),
        ("alot", "a lot"),
        ("tommorow", "tomorrow"),
    ],
)
def test_a_slip_is_found_with_what_was_meant(word: str, right: str) -> None:
    assert wrong(word) == [{word: right}]


@pytest.mark.parametrize(
    "word",
    [
        "onboarding",
        "colour",
        "organise",
        "travelled",
        "marvellous",
        "roadmap",
        "upskill",
        "wifi",
        "unfollowed",
        "Zyxwuv",
        "RECIEVE",
        "#recieve",
        "@recieve",
        "recieve.example",
        "`recieve`",
        "https://a.example/recieve",
        "pre-recieve",
        "qqzzkw",
        "don't",
        "naïveté",
        "[NAME_1]",
    ],
)
def test_jargon_names_tags_links_and_code_are_no_typos(word: str) -> None:
    assert wrong(word) == [{}]


def test_a_word_in_several_examples_is_the_persons_own() -> None:
    assert wrong("expec", "fine") == [{"expec": "expect"}, {}]
    assert wrong("expec", "expec", "expec") == [{}, {}, {}]


def test_a_common_misspelling_is_one_however_often() -> None:
    assert wrong(*["recieve"] * 4) == [{"recieve": "receive"}] * 4


@pytest.mark.parametrize(
    "text",
    [
        "Das ist der Weg, den wir mit dem Team und der Firma gehen, und recieve ist falsch.",
        "今天天气很好 recieve",
        "recieve",
        "",
    ],
)
def test_text_that_is_not_english_is_skipped(text: str) -> None:
    assert typos([unknown_words(e) for e in answers(text)]) == [{}]


def test_the_finding_names_the_row_and_both_words() -> None:
    (finding,) = check_spelling(answers(FRAME.format("fine"), FRAME.format("recieve")))
    assert finding.rows == (1,)
    assert "“recieve” (“receive”?)" in finding.message
    assert finding.mend == "Correct the spelling"


def test_correcting_leaves_links_tags_and_code_alone() -> None:
    text = "I recieve it. #recieve `recieve` https://a.example/recieve Recieve recieve!"
    assert corrected(text, {"recieve": "receive"}) == (
        "I receive it. #recieve `recieve` https://a.example/recieve Recieve receive!"
    )


@settings(deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=12))
def test_a_correction_is_another_word(word: str) -> None:
    assert correction(word) != word


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    (example,) = answers(text)
    assert corrected(text, {}) == text
    unknown_words(example)
