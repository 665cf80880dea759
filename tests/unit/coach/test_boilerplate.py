"""What answers have in common word for word, and taking it off."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.coach.sets import answers, sound
from voicetune.coach.boilerplate import check_boilerplate, paragraphs, take_off
from voicetune.coach.mends import mend_rows
from voicetune.examples.example import Example

LONG = "Every spring we take all the tools out of the shed and count them twice over."


def closed(count: int, closing: str, rest: int = 4) -> list[Example]:
    made = sound(count + rest)
    texts = [f"{e.answer}\n\n{closing}" if i < count else e.answer for i, e in enumerate(made)]
    return answers(*texts)


def test_the_same_closing_in_most_answers_is_said_with_its_rows() -> None:
    (finding,) = check_boilerplate(closed(6, "♻️ Repost if it helped!"))
    assert finding.code == "same-closing"
    assert finding.rows == (0, 1, 2, 3, 4, 5)
    assert finding.message.startswith("6 of 10 answers end with “♻️ Repost if it helped!”")
    assert "the model will learn it" in finding.message


def test_a_closing_in_few_answers_is_no_habit() -> None:
    assert check_boilerplate(closed(4, "Agree?")) == []
    assert check_boilerplate(closed(5, "Agree?", rest=20)) == []


def test_numbers_case_and_links_in_a_closing_do_not_matter() -> None:
    made = [f"{e.answer}\n\nIssue {i}: HTTPS://a.example/{i}" for i, e in enumerate(sound(6))]
    (finding,) = check_boilerplate(answers(*made))
    assert finding.code == "same-closing"


def test_a_closing_before_the_hashtags_counts_too() -> None:
    made = [
        f"{e.answer}\n\nFollow me for more.\n\n#tag{'abcdef'[i]}" for i, e in enumerate(sound(6))
    ]
    (finding,) = check_boilerplate(answers(*made))
    assert "“Follow me for more.”" in finding.message


def test_the_same_opening_is_said() -> None:
    made = [f"Hi friends 👋\n{e.answer.split(chr(10))[0]}" for e in sound(6)]
    (finding,) = check_boilerplate(answers(*made))
    assert finding.code == "same-opening"
    assert "6 of 6 answers begin with “Hi friends 👋”" in finding.message


def test_a_long_paragraph_used_again_is_said_once_for_its_rows() -> None:
    made = [e.answer for e in sound(6)]
    made[1] += f"\n\n{LONG}\n\nSo there it is."
    made[4] = f"{made[4]}\n\n{LONG}\n\nAnd done."
    (finding,) = check_boilerplate(answers(*made))
    assert (finding.code, finding.rows) == ("reused-paragraph", (1, 4))
    changed = mend_rows(answers(*made), finding)
    assert list(changed) == [4]
    assert changed[4].answer == made[4].replace(f"\n\n{LONG}", "")


def test_left_out_examples_do_not_count() -> None:
    made = [replace(e, include=i < 4) for i, e in enumerate(closed(6, "Agree?"))]
    assert check_boilerplate(made) == []


def test_taking_a_closing_off_leaves_the_rest_as_it_was() -> None:
    made = closed(6, "Repost if it helped!")
    (finding,) = check_boilerplate(made)
    changed = take_off(made, finding)
    assert {row: e.answer for row, e in changed.items()} == {
        row: e.answer for row, e in enumerate(sound(6))
    }
    assert check_boilerplate([changed.get(row, e) for row, e in enumerate(made)]) == []


def test_what_would_be_too_short_without_it_keeps_it() -> None:
    made = answers(*[f"Line {'abcdef'[i]}.\n\nRepost if it helped!" for i in range(6)])
    (finding,) = check_boilerplate(made)
    assert take_off(made, finding) == {}


@settings(deadline=None)
@given(
    st.text() | st.lists(st.sampled_from(["a\n", "\n\n", "b ", "\r\n", "🎉", "שלום"])).map("".join)
)
def test_paragraphs_are_pieces_of_the_text(text: str) -> None:
    end = 0
    for paragraph in paragraphs(text):
        assert end <= paragraph.start < paragraph.end <= len(text)
        assert paragraph.key
        end = paragraph.end


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab \n🎉é", max_size=60), max_size=12))
def test_no_set_breaks_it(texts: list[str]) -> None:
    made = answers(*texts, *texts)
    for finding in check_boilerplate(made):
        take_off(made, finding)
