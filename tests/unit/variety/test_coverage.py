from voicetune.examples.example import Example
from voicetune.questions.subjects import load_subjects
from voicetune.variety.coverage import coverage, explain, listed


def asked(question: str, answer: str = "Yes.") -> Example:
    turns = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return Example(turns)


def test_an_example_is_on_what_its_question_names_or_its_answer_repeats() -> None:
    examples = [
        asked("How do I network?"),
        asked("Who?", "The salary. It was about the salary."),
        asked("Who?", "One salary."),
    ]
    rows = {c.subject.id: c.rows for c in coverage(examples)}
    assert rows["networking"] == (0,)
    assert rows["salary"] == (1,)


def test_holes_and_crowds_are_said_in_a_sentence() -> None:
    examples = [asked("How do I network?")] * 18 + [asked("Any feedback?")] * 7
    said = explain(coverage(examples), len(examples))
    assert said.startswith("Nothing on salary, job interviews, looking for a job, ")
    assert said.endswith(". 18 of 25 speak of networking and 7 of feedback.")


def test_a_small_set_is_not_judged() -> None:
    assert explain(coverage([asked("How do I network?")]), 1) == ""


def test_a_set_without_holes_or_crowds_is_praised_plainly() -> None:
    examples = [asked(s.words[0].rstrip("*")) for s in load_subjects()]
    assert explain(coverage(examples), len(examples)).startswith("Every usual subject has")


def test_names_are_listed_as_in_a_sentence() -> None:
    assert listed(["a"], "or") == "a"
    assert listed(["a", "b", "c"], "or") == "a, b or c"
