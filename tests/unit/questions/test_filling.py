import json

from voicetune.examples.example import Example
from voicetune.questions.filling import fill, fill_from
from voicetune.questions.forms import Form
from voicetune.questions.post import Post, Suggestion
from voicetune.questions.rules import one_each
from voicetune.questions.suggested import Suggested, answered, key_of, take_one_each

SYSTEM = {"role": "system", "content": "You are a plant nursery owner."}


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
    examples = [post("", ""), post("", "Hi.")]
    assert fill(examples) == examples


def test_an_answer_alone_gets_a_user_turn():
    (filled,) = fill([Example([SYSTEM, {"role": "assistant", "content": TEXT}])])
    assert [message["role"] for message in filled.messages] == ["system", "user", "assistant"]
    assert "burnout" in filled.question.lower()


def test_a_picture_in_the_question_is_not_written_over():
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    asked = Example(
        [{"role": "user", "content": [picture]}, {"role": "assistant", "content": TEXT}]
    )
    assert fill([asked]) == [asked]


def test_what_a_model_suggested_comes_before_the_rules_and_those_are_told_apart():
    mulch = f"{TEXT} That is all."
    prompts = (Suggestion("How do I see burnout coming?", Form.HOW),)
    suggested = {key_of(mulch): Suggested("here", "m", prompts), key_of(TEXT): Suggested("h", "m")}
    filled = fill_from([post("", TEXT), post("Why?", TEXT), post("", mulch)], suggested)
    assert filled.examples[2].question == "How do I see burnout coming?"
    assert "burnout" in filled.examples[0].question.lower()
    assert filled.rough == [0]


def test_of_a_models_prompts_the_forms_are_kept_even_and_none_is_taken_twice():
    how = Suggestion("How do I rest?", Form.HOW)
    write = Suggestion("Write a post about rest.", Form.WRITE)
    other = Suggestion("How do I rest more?", Form.HOW)
    posts = [Post("", text) for text in ("One text", "Another text", "A third text")]
    offers = [(how, write), (how, write), (how, other)]
    suggested = {
        key_of(each.text): Suggested("here", "m", prompts)
        for each, prompts in zip(posts, offers, strict=True)
    }
    taken = [prompt.text for prompt in take_one_each(posts, suggested)]
    assert taken == ["How do I rest?", "Write a post about rest.", "How do I rest more?"]


def test_suggestions_are_the_same_after_they_were_kept_as_json():
    kept = Suggested("here", "m", (Suggestion("Was nun? 🌱", Form.QUESTION),))
    assert Suggested.from_data(json.loads(json.dumps(kept.as_data()))) == kept


def test_a_model_is_not_asked_twice_in_vain_and_another_may_be():
    prompts = (Suggestion("How?", Form.HOW),)
    suggested = {"a": Suggested("here", "m"), "b": Suggested("there", "n", prompts)}
    assert answered(suggested, "here", "m") == {"a", "b"}
    assert answered(suggested, "here", "n") == {"b"}


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
