from datetime import date

from voicetune.ui.parts.time_axis import time_figure
from voicetune.variety.drift import Drift
from voicetune.variety.timeline import HABITS, Era, Timeline

DAYS = (date(2021, 3, 1), date(2021, 9, 1), date(2022, 3, 1))
USUAL = dict.fromkeys(HABITS, 1.0)
FOUND = Timeline(
    rows=(2, 0, 1),
    dates=DAYS,
    values={**dict.fromkeys(HABITS, (0.0, 0.0, 0.0)), "words": (200.0, 180.0, 90.0)},
    eras=(
        Era("2021", date(2021, 1, 1), 2, {**USUAL, "words": 190.0}),
        Era("2022", date(2022, 1, 1), 1, {**USUAL, "words": 90.0}),
    ),
    drifts=(Drift("words", date(2022, 1, 1), 190, 90, 5.0),),
    dated=3,
    undated=0,
)
QUESTIONS = ["How <i>long</i>?", "What?", "Who?"]


def curves(found: Timeline = FOUND, **how: object) -> dict[str, object]:
    return {trace.name: trace for trace in time_figure(found, QUESTIONS, **how).data}


def test_posts_are_dots_by_day_with_their_question() -> None:
    posts = curves()["Posts"]
    assert list(posts.y) == [200, 180, 90]
    assert list(posts.customdata) == [2, 0, 1]
    assert posts.text[1] == "How &lt;i&gt;long&lt;/i&gt;?"


def test_what_is_usual_is_a_line_of_steps_up_to_the_last_post() -> None:
    usual = curves()["Usual"]
    assert list(usual.y) == [190, 90, 90]
    assert usual.line.shape == "hv"
    assert usual.x[-1] > DAYS[-1]


def test_posts_left_out_by_a_first_day_are_apart() -> None:
    drawn = curves(since=date(2021, 6, 1))
    assert list(drawn["Left out"].customdata) == [2]
    assert list(drawn["Posts"].customdata) == [0, 1]


def test_a_change_of_the_habit_shown_is_marked() -> None:
    figure = time_figure(FOUND, QUESTIONS)
    assert figure.layout.annotations[0].text == "since 2022"
    assert not time_figure(FOUND, QUESTIONS, habit="emoji").layout.annotations


def test_counts_are_shown_with_their_average() -> None:
    figure = time_figure(FOUND, QUESTIONS, habit="emoji")
    assert figure.data[-1].name == "Average"
    assert figure.layout.yaxis.title.text == "Emoji a post"


def test_one_post_far_above_the_rest_does_not_flatten_them() -> None:
    days = tuple(date(2021, 1, 1 + n % 28) for n in range(200))
    values = {**FOUND.values, "words": (*([100.0] * 199), 9_000.0)}
    found = Timeline(tuple(range(200)), days, values, FOUND.eras, (), 200, 0)
    assert time_figure(found, ["?"] * 200).layout.yaxis.range[1] < 200


def test_a_set_without_dates_draws_nothing() -> None:
    nothing = Timeline((), (), dict.fromkeys(HABITS, ()), (), (), 0, 3)
    assert curves(nothing) == {}
