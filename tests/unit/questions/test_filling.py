from voicetune.examples.example import Example
from voicetune.questions.filling import fill
from voicetune.questions.forms import Form
from voicetune.questions.post import Suggestion
from voicetune.questions.rules import one_each


def post(question: str, answer: str) -> Example:
    return Example(
        [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    )


TEXT = (
    "Burnout does not begin with a bang. Burnout begins with a lunch at the desk, and then another "
    "one, until nobody asks why you never leave the room."
)


def test_only_empty_questions_are_filled():
    asked, empty = fill([post("Why?", TEXT), post("", TEXT)])
    assert asked.question == "Why?"
    assert "burnout" in empty.question.lower()
    assert empty.answer == TEXT


def test_what_says_too_little_stays_without_a_question():
    examples = [post("", ""), post("", "Hi."), Example([{"role": "assistant", "content": TEXT}])]
    assert fill(examples) == examples


def test_a_topic_that_was_asked_about_gives_way_to_the_next():
    def about(topic: str) -> Suggestion:
        return Suggestion(f"Write a post about {topic}.", Form.WRITE, topic)

    both = (about("growth"), about("teams"))
    assert one_each([both, both, both, ()]) == [
        "Write a post about growth.",
        "Write a post about teams.",
        "Write a post about growth.",
        "",
    ]
