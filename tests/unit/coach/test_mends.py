"""The coach's mends: the finding is gone, the rest is kept, a person decides the rest."""

import pytest

from tests.unit.coach.sets import answers, said, sound
from tests.unit.coach.test_check import FINE, WRONG
from voicetune.coach.check import check_row
from voicetune.coach.codes import PRIVATE
from voicetune.coach.mends import COACH_MENDABLE, mend, mend_rows
from voicetune.coach.privacy import Placeholders
from voicetune.coach.score import coach
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding, Severity


@pytest.mark.parametrize("code", [code for code in WRONG if code != "filler"])
def test_an_offered_mend_takes_its_finding_away(code: str) -> None:
    example = said("How do I start?", WRONG[code])
    (finding,) = check_row(example)
    assert finding.mend == COACH_MENDABLE[code]
    better = mend(example, code)
    assert better is not None
    assert not better.include or check_row(better) == []
    assert example == said("How do I start?", WRONG[code])


@pytest.mark.parametrize("code", PRIVATE)
def test_what_a_mend_replaced_comes_back(code: str) -> None:
    placeholders = Placeholders()
    example = said("How do I start?", WRONG[code])
    better = mend(example, code, placeholders=placeholders)
    assert better is not None
    assert better.answer != example.answer
    from voicetune.coach.privacy import restore

    assert restore(better, placeholders.values) == example


def test_filler_and_what_is_not_there_are_left_to_the_person() -> None:
    assert mend(said("How?", WRONG["filler"]), "filler") is None
    for code in COACH_MENDABLE:
        better = mend(said("How?", FINE), code)
        assert better is None or not better.include


def test_rows_of_one_call_share_their_placeholders() -> None:
    made = answers(f"{FINE} Ask bob@example.org.", FINE + " x", f"{FINE} Or bob@example.org.")
    placeholders = Placeholders()
    finding = Finding("private-email", Severity.WARNING, "", (0, 2))
    changed = mend_rows(made, finding, placeholders=placeholders)
    assert list(changed) == [0, 2]
    assert all("[EMAIL_1]" in example.answer for example in changed.values())
    assert placeholders.values == {"[EMAIL_1]": "bob@example.org"}


def test_typos_are_corrected_in_answers_only() -> None:
    text = "It was the way that we recieve the boxes from the van in the morning."
    made = [said(text, text)]
    (finding,) = [f for f in coach(made).findings if f.code == "typo"]
    changed = mend_rows(made, finding)
    assert changed[0].question == text
    assert changed[0].answer == text.replace("recieve", "receive")


def test_of_nearly_equal_answers_the_first_stays() -> None:
    text = f"{FINE} {FINE} It has been so for years and nobody minds."
    made = [*sound(12), *answers(text, text + " Really.")]
    (finding,) = [f for f in coach(made).findings if f.code == "near-answer"]
    assert finding.rows == (12, 13)
    assert {row: e.include for row, e in mend_rows(made, finding).items()} == {13: False}


def test_a_voice_that_does_not_fit_is_left_out() -> None:
    made = sound(3)
    finding = Finding("voice-odd", Severity.WARNING, "It sounds like somebody else.", (1,))
    assert {row: e.include for row, e in mend_rows(made, finding).items()} == {1: False}
    assert mend(made[1], "voice-odd") is not None


def test_the_formats_mends_are_reached_as_well() -> None:
    wrong = Example([{"role": "user", "content": "How?"}, {"role": "bot", "content": FINE}])
    finding = Finding("unknown-role", Severity.ERROR, "", (0,))
    assert mend_rows([wrong], finding) == {0: said("How?", FINE)}
