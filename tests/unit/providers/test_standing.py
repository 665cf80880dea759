from datetime import date

import pytest

from voicetune.providers.profiles import load_profiles
from voicetune.providers.standing import standing


@pytest.mark.parametrize(
    ("day", "trains", "answers", "left"),
    [
        (date(2026, 11, 26), True, True, 41),
        (date(2027, 1, 5), True, True, 1),
        (date(2027, 1, 6), False, True, 0),
        (date(2027, 1, 13), False, True, -7),
        (date(2027, 1, 14), False, False, -8),
    ],
)
def test_openai_closes_first_for_training_then_for_answers(day, trains, answers, left):
    now = standing(load_profiles()["openai"], day)
    assert (now.trains, now.answers, now.training_days) == (trains, answers, left)


def test_a_place_without_an_end_stays_open():
    now = standing(load_profiles()["nebius"], date(2040, 1, 1))
    assert (now.trains, now.answers, now.training_days) == (True, True, None)


def test_a_model_may_stop_answering_before_its_place():
    openai = load_profiles()["openai"]
    model = openai.models[0].model_copy(update={"serving_ends_on": date(2026, 12, 24)})
    assert not standing(openai, date(2026, 12, 24), model).answers
    assert standing(openai, date(2026, 12, 24)).answers
