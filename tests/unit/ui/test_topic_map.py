import json
import tomllib
from pathlib import Path

import pytest

from voicetune.ui.parts import time_axis, topic_map
from voicetune.ui.parts.ink import _INK
from voicetune.ui.parts.topic_map import COLOURS, REST_COLOUR, topic_figure
from voicetune.variety.layout import Circle
from voicetune.variety.topics import Topic, TopicMap

CONFIG = Path(__file__).resolve().parents[3] / ".streamlit" / "config.toml"
FOUND = TopicMap(
    (
        Topic(("salary", "range"), (2, 0), Circle(-0.5, 0, 0.4)),
        Topic((), (1,), Circle(0.5, 0, 0.3)),
    ),
    ((-0.6, 0.0), (0.5, 0.0), (-0.5, 0.1)),
)
QUESTIONS = ["<b>Hi</b>", "What?", "A very long question " * 9]


def contrast(one: str, other: str) -> float:
    """Returns the contrast of two colours as the WCAG works it out: 1 to 21."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (
            p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def page(theme: str) -> str:
    return str(tomllib.loads(CONFIG.read_text("utf-8"))["theme"][theme]["backgroundColor"])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_dots_and_writing_stand_out_from_both_pages(theme: str) -> None:
    dots = [*COLOURS, REST_COLOUR, time_axis._POST, time_axis._OLDER, time_axis._USUAL]
    assert min(contrast(colour, page(theme)) for colour in dots) >= 3
    assert contrast(_INK[theme], page(theme)) >= 7


def test_every_example_is_a_dot_that_shows_its_question() -> None:
    figure = topic_figure(FOUND, QUESTIONS)
    topics = [trace for trace in figure.data if trace.mode == "markers"]
    assert [list(trace.customdata) for trace in topics] == [[2, 0], [1]]
    assert topics[0].text[1] == "&lt;b&gt;Hi&lt;/b&gt;"
    assert len(topics[0].text[0]) < 80


def test_every_topic_is_a_circle_with_its_name_and_size() -> None:
    figure = topic_figure(FOUND, QUESTIONS)
    (names,) = [trace for trace in figure.data if trace.mode == "text"]
    assert list(names.text) == ["salary (2)", "no topic of<br>their own (1)"]
    first = figure.layout.shapes[0]
    assert (first.x0, first.x1) == pytest.approx((-0.9, -0.1))
    assert figure.data[1].marker.color == REST_COLOUR


def test_words_of_people_are_never_markup() -> None:
    odd = TopicMap((Topic(("<a href='x'>",), (0,), Circle(0, 0, 1)),), ((0.0, 0.0),))
    assert "<a" not in json.dumps(topic_figure(odd, ["<i>"]).to_plotly_json(), default=str)


def test_a_map_of_nothing_is_empty() -> None:
    assert all(not trace.x for trace in topic_figure(TopicMap((), ()), []).data)


def test_thousands_of_dots_are_drawn_by_the_graphics_card() -> None:
    many = topic_map._WEBGL + 1
    found = TopicMap((Topic(("a",), tuple(range(many)), Circle(0, 0, 1)),), ((0.0, 0.0),) * many)
    assert topic_figure(found, ["?"] * many).data[0].type == "scattergl"


def test_a_page_that_is_scrolled_with_a_finger_does_not_move_the_map() -> None:
    layout = topic_figure(FOUND, QUESTIONS).layout
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange
