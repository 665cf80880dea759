from dataclasses import dataclass

import pytest

from voicetune.training.metrics import figures_in_words
from voicetune.training.verdicts import MOST_LINES, lines_named, moderation_block


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("Line 3 has no answer", [3]),
        ("Examples 5, 7 and 9-11 are too long", [5, 7, 9, 10, 11]),
        ("The file has 12 examples; line 4, row 6: empty content", [4, 6]),
        ("Invalid JSON at line: 17, then line 17 again", [17]),
        ("rows 2 through 4", [2, 3, 4]),
        ("Your file has 8 examples, at least 10 are needed", []),
        ("Error code 403 on 2 lines", []),
        ("line 0", []),
        ("", []),
    ],
)
def test_the_lines_that_a_place_objects_to_are_read_out_of_its_words(said, lines):
    assert lines_named(said) == lines


def test_a_long_list_of_lines_is_cut():
    assert lines_named("lines 1-100000000") == list(range(1, MOST_LINES + 1))


@dataclass
class Event:
    type: str
    message: str
    level: str = "info"


def test_only_a_check_that_went_badly_is_a_block():
    passed = Event("moderation_checks", "All moderation checks passed")
    other = Event("message", "A step failed and was tried again", "error")
    blocked = Event("moderation_checks", "The model is not allowed to be deployed")
    assert moderation_block([passed, other]) is None
    assert moderation_block([passed, blocked, other]) == blocked.message


def test_figures_are_read_out_of_words():
    assert figures_in_words("Step 3/30: training loss=1.5e-1") == {
        "step": 3.0,
        "total_steps": 30.0,
        "train_loss": 0.15,
    }
    assert figures_in_words("Step 3 begins") == {}
    assert figures_in_words("training loss=0.3") == {}
