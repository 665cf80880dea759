import pytest

from voicetune.examples.example import Example
from voicetune.questions.forms import Form
from voicetune.variety.shapes import LENGTHS, explain, length_name, shapes

ASKED = {
    Form.WRITE: "Write a post about rain.",
    Form.HOW: "How do I rest?",
    Form.OPINION: "What do you think of rain?",
    Form.SHOULD: "Should I rest?",
    Form.TIME: "Tell me about rain.",
    Form.QUESTION: "Where is the rain?",
    Form.STATEMENT: "It rains.",
}


def example(form: Form, words: int = 100) -> Example:
    turns = [
        {"role": "user", "content": ASKED[form]},
        {"role": "assistant", "content": "word " * words},
    ]
    return Example(turns)


def test_forms_are_counted_the_most_frequent_first() -> None:
    found = shapes([example(Form.HOW)] * 2 + [example(Form.WRITE)] * 3)
    assert list(found.forms.items()) == [(Form.WRITE, 3), (Form.HOW, 2)]
    assert found.total == 5


def test_evenness_goes_from_one_form_to_all() -> None:
    assert shapes([example(Form.WRITE)] * 9).evenness == 0
    assert shapes([example(form) for form in Form]).evenness == pytest.approx(1)
    assert shapes([]).evenness == 0


def test_lengths_are_classed_and_summed_up() -> None:
    found = shapes([example(Form.HOW, words) for words in (0, 39, 40, 100, 700, 5000)])
    assert found.lengths == (2, 1, 1, 0, 0, 0, 0, 2)
    assert sum(found.lengths) == found.total
    assert found.short <= found.usual <= found.long


def test_examples_without_a_question_are_left_out() -> None:
    silent = Example([{"role": "user", "content": " "}, {"role": "assistant", "content": "Hi."}])
    assert shapes([silent]).total == 0


def test_classes_of_length_are_named() -> None:
    assert length_name(0) == "under 40 words"
    assert length_name(1) == "40 to 79 words"
    assert length_name(len(LENGTHS) - 1) == "700 words and more"


def test_a_one_sided_set_is_told_what_to_ask_instead() -> None:
    said = explain(shapes([example(Form.WRITE)] * 19 + [example(Form.HOW)]))
    assert said.startswith("Nearly all of your prompts are requests to write something (19 of 20)")
    assert "“How do I …?”" in said


def test_a_balanced_set_is_told_so() -> None:
    said = explain(shapes([example(form, words) for form in Form for words in (50, 100, 200)]))
    assert said.startswith("Your prompts have many forms")
    assert "Eight in ten of your answers have 50 to 200 words" in said


def test_a_set_between_is_described() -> None:
    mixed = [example(Form.WRITE)] * 10 + [example(Form.HOW)] * 6 + [example(Form.TIME)] * 4
    assert explain(shapes(mixed)).startswith(
        "Half of your prompts are requests to write something (10 of 20), 6 are “How do I …?”."
    )


def test_answers_of_one_length_are_pointed_out() -> None:
    assert "of one length, about 100 words" in explain(shapes([example(Form.HOW)] * 20))


def test_a_small_set_is_not_judged() -> None:
    assert explain(shapes([example(Form.HOW)] * 3)) == ""
