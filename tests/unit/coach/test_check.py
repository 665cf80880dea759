"""The coach's look at one example: sentences a person can act on, the same for the same content."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.coach.sets import CARD, KEY, said, sound
from voicetune.coach.check import check_row, content_hash
from voicetune.coach.codes import COACH_CODES, label_of, leaves_out, weight_of
from voicetune.examples.example import Example

FINE = "We open the shop at six, count every box, and only then do we put the kettle on."

WRONG = {
    "private-key": f"{FINE} The token is {KEY}.",
    "private-card": f"{FINE} {CARD}.",
    "private-account": f"{FINE} account number: 12345678.",
    "private-email": f"{FINE} bob@example.org.",
    "private-phone": f"{FINE} (202) 555-0143.",
    "private-address": f"{FINE} 12 Oak Road.",
    "private-name": f"{FINE} Priya Natarajan laughed.",
    "private-handle": f"{FINE} @sarah_k.",
    "refusable": f"{FINE} I'll kill you.",
    "link-only": "See https://a.example/x",
    "too-short": "Yes, do it.",
    "cut-off": f"{FINE} And then we all go to the",
    "not-answered": "I don't know.",
    "filler": f"In today's fast-paced world, it's important to note that {FINE}",
}


@pytest.mark.parametrize("code", WRONG)
def test_each_code_is_found_alone_with_a_sentence(code: str) -> None:
    (finding,) = check_row(said("How do I start?", WRONG[code]))
    assert finding.code == code
    assert finding.severity is COACH_CODES[code].severity
    assert finding.message[0].isupper() or finding.message[0] in "“0123456789"
    assert finding.message.endswith(".")
    assert "!" not in finding.message
    assert finding.rows == ()


def test_nothing_is_said_of_a_sound_example() -> None:
    assert [check_row(example) for example in sound(40)] == [[]] * 40


def test_the_question_and_the_system_message_are_looked_at_for_privacy() -> None:
    example = said("Who is bob@example.org?", FINE, system="You are @sarah_k.")
    assert [f.code for f in check_row(example)] == ["private-email", "private-handle"]


def test_several_values_are_named_and_the_rest_counted() -> None:
    people = ", ".join(f"{name} Okafor" for name in ("Priya", "Anna", "Nina", "Peter", "Ivan"))
    (finding,) = check_row(said("Who?", f"{FINE} {people}."))
    assert "(“Priya Okafor”, “Anna Okafor”, “Nina Okafor” and 2 more)" in finding.message


def test_no_secret_stands_in_a_sentence() -> None:
    for code in ("private-key", "private-card"):
        (finding,) = check_row(said("Who?", WRONG[code]))
        assert KEY not in finding.message
        assert CARD not in finding.message


def test_the_writers_own_name_is_no_finding() -> None:
    assert check_row(said("Who?", WRONG["private-name"]), own=["Priya Natarajan"]) == []


def test_a_text_that_cannot_be_cut_back_is_offered_no_mend() -> None:
    (finding,) = check_row(said("How?", "We open the shop at six and we count all of the"))
    assert (finding.code, finding.mend) == ("cut-off", None)


def test_the_hash_is_of_what_training_sees() -> None:
    example = said("How?", FINE)
    same = replace(example, id=7, include=False, split="validation", origin="x")
    assert content_hash(same) == content_hash(example)
    assert content_hash(said("How?", FINE + " ")) != content_hash(example)
    assert content_hash(replace(example, extra={"tools": []})) != content_hash(example)
    assert content_hash(Example([{"role": "user", "content": "\ud800 שלום"}]))


def test_every_code_has_a_label_a_weight_and_at_most_one_way_out() -> None:
    for code, (severity, label) in COACH_CODES.items():
        assert code == code.lower()
        assert label[0].isupper()
        assert not label.endswith(".")
        assert 0 < weight_of(code, severity) < weight_of("no-assistant", "error")
        assert label_of(code) == label
    assert leaves_out("voice-other-author")
    assert not leaves_out("private-email")
    assert label_of("no-assistant") == "No answer"
    assert label_of("voice-odd") == "Another voice"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
MESSAGE = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "x"]), "content": JSON}
)


@settings(deadline=None)
@given(st.lists(MESSAGE | JSON, max_size=4), st.dictionaries(st.text(), JSON, max_size=2))
def test_no_messages_break_it(messages: list[object], extra: dict[str, object]) -> None:
    example = Example(messages, extra=extra)  # type: ignore[arg-type]
    check_row(example)
    content_hash(example)
