"""Quality of one answer: sure signs only, in any script."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicetune.coach import quality


@pytest.mark.parametrize(
    "answer",
    [
        "We opened at six and counted the boxes, and then the",
        "Nobody told me about the van because",
        "I have three rules for this.\n\nThe first one is simple …see more",
        "I have three rules for this.\n\nThe first is [...]",
        "The long list goes on with apples, pears, plums,",
        "We asked the whole team to stay (",
    ],
)
def test_an_answer_that_breaks_off_is_found(answer: str) -> None:
    assert quality.cut_off(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "Something to look forward to",
        "That is what it is for",
        "Thanks for reading.\n\nWarmly,",
        "And that was it 🎉",
        "I said what I said.\n\n#hiring #the",
        "Link in the comments:",
        "Ask twice. Then wait...",
        "今天天气很好，我们去公园",
        "هذا كل ما لدي",
        "Short, the",
        "It ends on a quote: “the”",
        "",
    ],
)
def test_a_way_to_end_is_no_break(answer: str) -> None:
    assert quality.cut_off(answer) is None


def test_the_unfinished_sentence_goes_and_the_rest_stays() -> None:
    text = "We count boxes. We paint vans and wash them.\n\nIt takes all day. But the"
    assert quality.without_cut_sentence(text) == (
        "We count boxes. We paint vans and wash them.\n\nIt takes all day."
    )
    assert quality.without_cut_sentence("We opened at six and counted all of the") is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("", 0),
        ("Yes.", 1),
        ("don't stop 5", 3),
        ("今天天气很好", 3),
        ("https://a.example #tag @me", 0),
    ],
)
def test_words_are_counted_in_any_script(answer: str, words: int) -> None:
    assert quality.size_in_words(answer) == words


def test_too_short_needs_something_to_be_short() -> None:
    assert quality.too_short("Yes, do it.")
    assert not quality.too_short("")
    assert not quality.too_short("Count the boxes twice, then ask the driver.")
    assert not quality.too_short("今天天气很好，我们一起去公园散步吧，好吗")


def test_a_link_with_hardly_a_word_is_only_a_link() -> None:
    assert quality.link_only("Read this: https://a.example/x")
    assert not quality.link_only("Read this")
    assert not quality.link_only("I wrote down all I know about boxes: https://a.example/x")


def test_one_stock_phrase_is_nobodys_fault_and_two_are_filler() -> None:
    one = "In today's fast-paced world we count boxes."
    assert quality.filler(one) == []
    two = one + " It's important to note that they leak."
    assert (
        quality.filler(two)
        == [
            "In today's fast-paced world we count boxes",
            "It's important to note that",
        ]
        or len(quality.filler(two)) == 2
    )
    assert quality.filler("We play a role in the world. Power tools are worth a lot.") == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How do I start a shop?", "I don't know."),
        ("How do I start a shop?", "TODO"),
        ("How do I start a shop?", "how do I start a shop"),
        ("How do I start a shop?", "What kind of shop?"),
        ("店をどう始める？", "どんな店ですか？"),
    ],
)
def test_an_answer_that_answers_nothing_is_found(question: str, answer: str) -> None:
    assert quality.not_answered(question, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "I don't know anybody who regrets it.",
        "Sell one thing. To whom?",
        "Why not sell the one thing that all of your neighbours ask for every single week?",
        "No.",
        "",
    ],
)
def test_an_answer_of_its_own_kind_is_left_alone(answer: str) -> None:
    assert quality.not_answered("How do I start a shop?", answer) is None


@settings(deadline=None)
@given(st.text(), st.text())
def test_no_text_breaks_a_check(question: str, answer: str) -> None:
    quality.not_answered(question, answer)
    quality.filler(answer)
    quality.link_only(answer)
    quality.size_in_words(answer)
    kept = quality.without_cut_sentence(answer)
    assert kept is None or (answer.startswith(kept) and not quality.cut_off(kept))
