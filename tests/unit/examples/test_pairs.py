"""Pasted pairs: labelled, from a spreadsheet, in blocks or paragraphs."""

import pytest

from voicetune.examples.reading import Reading, read_pairs


def pairs_of(reading: Reading) -> list[tuple[str, str]]:
    return [(example.question, example.answer) for example in reading.examples]


TWO = [("Why?", "Because."), ("How?", "Like this.\n\nAnd this.")]


@pytest.mark.parametrize(
    "text",
    [
        "Q: Why?\nA: Because.\nQ: How?\nA: Like this.\n\nAnd this.",
        "Question: Why?\n\nAnswer: Because.\n\nQuestion: How?\n\nAnswer: Like this.\n\nAnd this.\n",
        "q1: Why?\na1: Because.\n\nq2: How?\na2: Like this.\n\nAnd this.",
        "**Question 1:** Why?\n**Answer 1:** Because.\n\n**Q:** How?\n**A:** Like this.\n\n"
        "And this.",
        "User: Why?\r\nAssistant: Because.\r\nUser: How?\r\nAssistant: Like this.\r\n\r\nAnd this.",
        "### Prompt:\nWhy?\n### Response:\nBecause.\n### Prompt:\nHow?\n"
        "### Response:\nLike this.\n\n"
        "And this.",
        'Why?\tBecause.\nHow?\t"Like this.\n\nAnd this."',
        'Question\tAnswer\nWhy?\tBecause.\nHow?\t"Like this.\n\nAnd this."',
        "Why?\n\nBecause.\n---\nHow?\n\nLike this.\n\nAnd this.",
        "Why?\n\nBecause.\n\n\n\nHow?\n\nLike this.\n\nAnd this.",
        "Why?\nBecause.\n\n\nHow?\nLike this.\n\nAnd this.",
    ],
)
def test_pairs_are_read_in_every_way_people_write_them(text: str):
    reading = read_pairs(text)
    assert pairs_of(reading) == TWO
    assert (reading.kind, reading.refusals) == ("pairs", [])


@pytest.mark.parametrize("label", ["A:", "**A:**", "**A**:", "- A:", "> **Answer 1:**", "*A:*"])
def test_a_bold_beginning_of_an_answer_stays_whole(label: str):
    reading = read_pairs(f"Q: Why?\n{label} **Bold** words.\n* Q: How?\n{label} *So*.")
    assert pairs_of(reading) == [("Why?", "**Bold** words."), ("How?", "*So*.")]


def test_paragraphs_take_turns_and_one_left_over_is_listed():
    reading = read_pairs("Why\n\nBecause.\n\nHow\n\nSo.\n\nWhen")
    assert pairs_of(reading) == [("Why", "Because."), ("How", "So.")]
    assert (reading.refusals[0].line, reading.refusals[0].code) == (9, "pair")
    assert "in turn" in reading.explanation


def test_paragraphs_that_begin_with_a_question_are_pairs():
    assert pairs_of(read_pairs("Why?\nBecause.\nSo.\n\nHow?\nThus.")) == [
        ("Why?", "Because.\nSo."),
        ("How?", "Thus."),
    ]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("问：为什么？\n答：因为。", ("为什么？", "因为。")),
        ("سؤال: لماذا؟\nجواب: لأن.", ("لماذا؟", "لأن.")),
        ("Frage: Wieso? 🌱\nAntwort: Dé\u0301rum.", ("Wieso? 🌱", "Dé\u0301rum.")),
    ],
)
def test_labels_of_other_languages_are_known(text: str, pair: tuple[str, str]):
    assert pairs_of(read_pairs(text)) == [pair]


def test_a_system_label_holds_for_the_pairs_after_it():
    reading = read_pairs("Q: a\nA: b\nSystem: Be brief.\nQ: c\nA: d\nQ: e\nA: f")
    assert [example.system for example in reading.examples] == [None, "Be brief.", "Be brief."]


def test_halves_of_pairs_are_listed_with_what_is_missing():
    reading = read_pairs("Hello.\nQ: a\nQ: b\nA: c\nA: d\nQ: e\nA:\nQ: f")
    assert pairs_of(reading) == [("b", "c")]
    assert [(refusal.line, refusal.text) for refusal in reading.refusals] == [
        (1, "Hello."),
        (2, "Q: a"),
        (5, "A: d"),
        (6, "Q: e\nA:"),
        (8, "Q: f"),
    ]
    assert "no answer" in reading.refusals[1].reason
    assert "no question" in reading.refusals[2].reason


def test_a_label_word_inside_a_text_starts_nothing():
    reading = read_pairs("Q: What is a user: a role?\nA: Me: the one who asks.")
    assert pairs_of(reading) == [("What is a user: a role?", "Me: the one who asks.")]


def test_pasted_json_lines_are_read_as_a_file():
    reading = read_pairs('{"messages": [{"role": "user", "content": "a"}]}')
    assert (reading.kind, reading.examples[0].question) == ("chat", "a")


def test_nothing_pasted_says_so():
    assert read_pairs(" \n").explanation == "There is no text here yet."
