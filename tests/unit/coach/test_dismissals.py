"""Dismissed findings stay away until a row they are about is edited."""

from tests.unit.coach.sets import said, sound
from voicetune.coach.dismissals import dismissal_key, not_dismissed
from voicetune.examples.finding import Finding, Severity

ODD = Finding("voice-odd", Severity.WARNING, "It sounds like somebody else.", (1, 2))
ERROR = Finding("no-assistant", Severity.ERROR, "There is no answer.", (1,))
SIZE = Finding("few", Severity.ADVICE, "There are 3 examples.")


def test_a_dismissed_finding_is_hidden_and_the_others_stay() -> None:
    made = sound(4)
    other = Finding("voice-odd", Severity.WARNING, ODD.message, (3,))
    dismissed = {dismissal_key(ODD, made)}
    assert not_dismissed([ODD, other, SIZE], made, dismissed) == [other, SIZE]
    assert not_dismissed([ODD], made, []) == [ODD]


def test_it_stays_away_wherever_its_rows_move() -> None:
    made = sound(4)
    dismissed = {dismissal_key(ODD, made)}
    moved = [made[2], made[0], made[3], made[1]]
    there = Finding(ODD.code, ODD.severity, ODD.message, (0, 3))
    assert not_dismissed([there], moved, dismissed) == []


def test_it_comes_back_once_a_row_is_edited() -> None:
    made = sound(4)
    dismissed = {dismissal_key(ODD, made)}
    edited = [made[0], said("How?", "Otherwise."), *made[2:]]
    assert not_dismissed([ODD], edited, dismissed) == [ODD]


def test_another_code_of_the_same_rows_is_another_finding() -> None:
    made = sound(4)
    other = Finding("near-answer", Severity.WARNING, "", ODD.rows)
    assert not_dismissed([other], made, {dismissal_key(ODD, made)}) == [other]


def test_a_finding_about_the_set_is_dismissed_by_its_code() -> None:
    assert not_dismissed([SIZE], sound(4), {dismissal_key(SIZE, sound(2))}) == []


def test_an_error_cannot_be_dismissed() -> None:
    made = sound(4)
    assert not_dismissed([ERROR], made, {dismissal_key(ERROR, made)}) == [ERROR]
