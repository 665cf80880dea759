"""Answers that are nearly the same are grouped, whatever the script."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.coach.sets import answers, sound
from voicetune.coach.answers import check_answers, near_answers

TEXT = (
    "Last spring we opened the small shop behind the station. Nobody came for a week. Then the "
    "baker put a sign in her window, and on Monday there was a queue around the corner."
)


def test_an_answer_with_a_few_other_words_is_nearly_the_same() -> None:
    made = [*(e.answer for e in sound(4)), TEXT, TEXT.replace("week", "month").upper()]
    (finding,) = check_answers(answers(*made))
    assert finding.rows == (4, 5)
    assert "2 answers are nearly the same" in finding.message


def test_answers_that_share_a_sentence_are_different() -> None:
    other = (
        "Nobody came for a week. We sold the chairs, painted the door green and went home early."
    )
    assert near_answers(answers(TEXT, other, *(e.answer for e in sound(20)))) == []


def test_short_answers_are_not_compared() -> None:
    assert near_answers(answers("Yes, do it.", "Yes, do it.")) == []


def test_chinese_is_compared_by_its_letters() -> None:
    text = "去年春天我们在车站后面开了一家小店，一个星期都没有人来，后来面包师在窗户上贴了告示。"
    assert near_answers(
        answers(text, text.replace("星期", "月份"), "今天天气很好我们去公园散步吧")
    ) == [[0, 1]]


def test_the_order_of_the_rest_does_not_change_a_group() -> None:
    rest = [e.answer for e in sound(30)]
    assert near_answers(answers(TEXT, *rest, TEXT + " Twice.")) == [[0, 31]]
    assert near_answers(answers(*rest, TEXT, TEXT + " Twice.")) == [[30, 31]]


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abc שé深\n", max_size=80), max_size=10))
def test_every_row_is_in_one_group_at_most(texts: list[str]) -> None:
    groups = near_answers(answers(*texts, *texts))
    rows = [row for group in groups for row in group]
    assert len(rows) == len(set(rows))
    assert all(group == sorted(group) and len(group) > 1 for group in groups)
