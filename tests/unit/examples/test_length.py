"""An example longer than the model's limit: how much too long, and what would be cut."""

from voicetune.examples.checks import check_example
from voicetune.examples.example import Example, text_of


def words(example: Example) -> int:
    return sum(len(text_of(message).split()) for message in example.messages)


def characters(example: Example) -> int:
    return sum(len(text_of(message)) for message in example.messages)


def long_example(answer: str) -> Example:
    question = {"role": "user", "content": "How do I start posting?"}
    return Example([question, {"role": "assistant", "content": answer}])


def test_an_example_within_the_limit_is_not_too_long() -> None:
    assert check_example(long_example("one two"), limit=7, count=words) == []


def test_the_finding_says_how_many_tokens_over_and_quotes_the_end_that_would_be_cut() -> None:
    example = long_example("one two three four five")
    (finding,) = check_example(example, limit=7, count=words)
    assert finding.code == "too-long"
    assert "10 tokens are 3 over the limit of 7" in finding.message
    assert "the last 3 words would be cut (“three four five”)" in finding.message


def test_a_limit_inside_the_question_cuts_the_whole_answer() -> None:
    (finding,) = check_example(long_example("one two"), limit=4, count=words)
    assert "the last 3 words would be cut (“posting? one two”)" in finding.message


def test_only_the_last_words_of_a_long_cut_are_quoted() -> None:
    answer = " ".join(f"word{i}" for i in range(500))
    (finding,) = check_example(long_example(answer), limit=105, count=words)
    assert "the last 400 words would be cut (“…" in finding.message
    assert finding.message.count("word") < 12
    assert "word499”" in finding.message


def test_text_without_spaces_is_measured_in_characters() -> None:
    example = long_example("我每天早上写一句真话" * 30)
    (finding,) = check_example(example, limit=200, count=characters)
    assert "the last 123 characters would be cut" in finding.message


def test_without_a_way_to_count_the_length_is_not_checked() -> None:
    assert check_example(long_example("one two three four five"), limit=1) == []


def test_an_example_that_cannot_be_counted_keeps_its_other_findings() -> None:
    example = Example([{"role": "user", "content": 5}, {"role": "assistant", "content": "x"}])
    found = check_example(example, limit=0, count=words)
    assert [finding.code for finding in found] == ["content-not-text"]
