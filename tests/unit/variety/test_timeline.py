import random
from datetime import date, timedelta

import pytest

from voicetune.examples.example import Example
from voicetune.variety.drift import drifts
from voicetune.variety.timeline import (
    AVERAGED,
    HABITS,
    Since,
    explain,
    label,
    since,
    timeline,
)


def post(on: date | None, words: int = 40, ending: str = "") -> Example:
    sentence = "I went to the market with my sister and bought ten apples. "
    text = (sentence * (1 + words // 11))[: words * 5] + ending
    return Example(
        [{"role": "user", "content": "How?"}, {"role": "assistant", "content": text}], written_on=on
    )


def monthly(count: int, begin: int = 2020) -> list[date]:
    return [date(begin + n // 12, n % 12 + 1, 15) for n in range(count)]


def test_posts_stand_in_the_order_they_were_written() -> None:
    found = timeline([post(date(2023, 5, 1)), post(None), post(date(2021, 5, 1), 80)])
    assert found.rows == (2, 0)
    assert found.dates == (date(2021, 5, 1), date(2023, 5, 1))
    assert (found.dated, found.undated) == (2, 1)
    assert set(found.values) == set(HABITS)
    assert found.values["words"][0] > found.values["words"][1]


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (4 * 365, ["2020", "2021", "2022", "2023"]),
        (400, ["2020 Q1", "2020 Q2", "2020 Q3", "2020 Q4", "2021 Q1"]),
        (40, ["Jan 2020", "Feb 2020"]),
        (0, ["Jan 2020"]),
    ],
)
def test_eras_fit_the_span(days: int, labels: list[str]) -> None:
    begin = date(2020, 1, 1)
    found = timeline([post(begin + timedelta(days=n)) for n in range(0, days + 1, 20)])
    assert [era.label for era in found.eras] == labels
    assert sum(era.posts for era in found.eras) == found.dated


def test_a_changed_length_is_named_with_its_year() -> None:
    days = monthly(48)
    found = timeline([post(day, 100 if day.year < 2022 else 50) for day in days])
    assert found.drifts[0].since == date(2022, 1, 1)
    assert {drift.habit for drift in found.drifts} == {"words"}
    assert explain(found).startswith("Before 2022 you wrote twice as long (")


def test_what_came_up_or_was_given_up_is_said_so() -> None:
    days = monthly(48)
    found = timeline([post(day, 40, " 🌱" if day.year > 2021 else " #soil") for day in days])
    assert "you used no emoji" in explain(found)
    assert "you used hashtags (none since)" in explain(found)


def test_a_steady_voice_did_not_change() -> None:
    found = timeline([post(day, 40 + n % 5) for n, day in enumerate(monthly(48))])
    assert explain(found) == "Your habits hardly changed from 2020 to 2023."


def test_chance_is_seldom_taken_for_a_change() -> None:
    days = monthly(60)
    years = [date(year, 1, 1) for year in range(2020, 2025)]
    rng = random.Random(3)
    told = 0
    for _ in range(100):
        values = {habit: [rng.lognormvariate(4, 0.6) for _ in days] for habit in HABITS}
        told += bool(drifts(days, values, years, AVERAGED))
    assert told <= 5


def test_a_handful_of_posts_shows_no_change() -> None:
    posts = [post(day, 10 if day.year < 2021 else 100) for day in monthly(14)]
    assert timeline(posts).drifts == ()


def test_a_set_without_dates_says_nothing_of_time() -> None:
    found = timeline([post(None)])
    assert (found.rows, found.eras, found.drifts) == ((), (), ())
    assert "no dates" in explain(found)


def test_of_a_large_set_evenly_chosen_posts_are_read_and_all_are_counted() -> None:
    begin = date(2000, 1, 1)
    found = timeline([post(begin + timedelta(days=n), 5) for n in range(4_500)])
    assert len(found.rows) == 1_500
    assert found.dates[-1] > date(2012, 1, 1)
    assert sum(era.posts for era in found.eras) == found.dated == 4_500


def test_since_parts_the_set_at_a_day() -> None:
    posts = [post(date(2022, 12, 31)), post(date(2023, 1, 1)), post(None)]
    assert since(posts, date(2023, 1, 1)) == Since((1,), (0,), (2,))


def test_a_day_is_named_by_its_year_where_that_begins() -> None:
    assert label(date(2023, 1, 1)) == "2023"
    assert label(date(2023, 4, 1)) == "April 2023"
