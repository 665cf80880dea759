"""The adviser, case by case, in the words of the advice that people give about fine-tuning."""

from itertools import product

import pytest

from voicetune.adviser.advice import advise, decide
from voicetune.adviser.rules import load_rules

RULES = load_rules()
WRITER = {
    "need": "voice",
    "change": "rarely",
    "sources": "no",
    "texts": "many",
    "use": "often",
    "base": "slips",
    "budget": "none",
    "privacy": "no",
}
"""Someone who posts most days, has 100 to 499 texts and has seen prompts fall short."""


@pytest.mark.parametrize(
    ("case", "answers", "verdict"),
    [
        ("a steady voice and 100 or more texts", {}, "fine-tune"),
        ("500 texts are ideal", {"texts": "plenty"}, "fine-tune"),
        ("50 to 99 texts allow a first try", {"texts": "fair"}, "fine-tune"),
        ("a repeated task, such as classification", {"need": "task"}, "fine-tune"),
        ("used only now and then, still a steady voice", {"use": "sometimes"}, "fine-tune"),
        ("nobody tried a prompt yet", {"base": "untried"}, "fine-tune"),
        ("a tiny set", {"texts": "few"}, "not-yet"),
        ("a small set", {"texts": "some"}, "not-yet"),
        ("a one-off task", {"use": "once"}, "prompt"),
        ("requirements that shift", {"need": "varied"}, "prompt"),
        ("a base model that is already good", {"base": "good"}, "prompt"),
        ("a tiny set and a base model that is good", {"texts": "few", "base": "good"}, "prompt"),
        ("knowledge, not manner", {"need": "facts"}, "rag"),
        ("facts that must be cited, once", {"sources": "yes", "use": "once"}, "rag"),
        ("new requests about weekly news", {"need": "varied", "change": "weekly"}, "rag"),
        ("facts and a base model that is good", {"need": "facts", "base": "good"}, "rag"),
        ("voice for facts, too few texts", {"need": "both", "texts": "few"}, "rag"),
        ("voice and facts", {"need": "both"}, "both"),
        ("a voice that talks of weekly news", {"change": "weekly"}, "both"),
        ("a voice that must cite", {"sources": "yes"}, "both"),
        ("facts that change a few times a year", {"change": "monthly"}, "fine-tune"),
    ],
)
def test_verdict(case: str, answers: dict[str, str], verdict: str) -> None:
    assert decide(RULES, {**WRITER, **answers}).id == verdict, case


def test_nothing_is_said_before_the_first_question_is_answered() -> None:
    assert advise(RULES, {}) is None
    assert advise(RULES, {"budget": "none"}) is None


def test_advice_is_open_until_every_question_is_answered() -> None:
    early, late = advise(RULES, {"need": "voice"}), advise(RULES, WRITER)
    assert early is not None
    assert not early.complete
    assert early.verdict.id == "fine-tune"
    assert late is not None
    assert late.complete


def test_every_reason_comes_from_an_answer_that_was_given() -> None:
    advice = advise(RULES, {"need": "voice", "texts": "plenty"})
    assert advice is not None
    assert len(advice.reasons) == 2
    assert "500" in advice.reasons[1]
    assert advice.doubts == ()


def test_what_speaks_the_other_way_is_not_hidden() -> None:
    advice = advise(RULES, {**WRITER, "use": "once"})
    assert advice is not None
    assert advice.verdict.id == "prompt"
    assert any("single use" in reason for reason in advice.reasons)
    assert any("steady voice" in doubt for doubt in advice.doubts)


def test_a_small_set_is_told_what_it_waits_for() -> None:
    advice = advise(RULES, {**WRITER, "texts": "some"})
    assert advice is not None
    assert any("10 to 49" in reason for reason in advice.reasons)
    assert any("steady voice" in reason for reason in advice.reasons)
    change = next(c for c in advice.changes if c.verdict.id == "fine-tune")
    assert change.condition == "you had 50 to 99 good texts"


def test_only_the_nearest_change_to_each_verdict_is_named() -> None:
    advice = advise(RULES, {**WRITER, "texts": "plenty"})
    assert advice is not None
    conditions = [change.condition for change in advice.changes]
    assert "you had only 10 to 49 good texts" in conditions
    assert "you had fewer than 10 good texts" not in conditions


def test_private_texts_and_no_budget_point_to_this_computer() -> None:
    advice = advise(RULES, WRITER)
    assert advice is not None
    assert [note for note in advice.notes if "this computer" in note] == list(advice.notes)
    assert len(advice.notes) == 2


def test_changes_lead_where_they_say_for_every_set_of_answers() -> None:
    deciding = [q for q in RULES.questions if q.id not in ("budget", "privacy")]
    by_phrase = {o.change: (q.id, o.id) for q in RULES.questions for o in q.options}
    for options in product(*(question.options for question in deciding)):
        answers = {q.id: o.id for q, o in zip(deciding, options, strict=True)}
        advice = advise(RULES, answers)
        assert advice is not None
        assert advice.reasons
        for change in advice.changes:
            question, option = by_phrase[change.condition]
            assert decide(RULES, {**answers, question: option}) == change.verdict
            assert change.verdict != advice.verdict
