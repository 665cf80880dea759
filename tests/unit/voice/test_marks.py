"""Turns of phrase that give away an AI chat or a press office."""

import pytest

from voicetune.voice.marks import ai_marks, press_marks


@pytest.mark.parametrize(
    "text",
    [
        "In today’s fast-paced world, we all need rest.",
        "Let's dive in.",
        "It's important to note that rest matters.",
        "Rest is not just a pause, it's a strategy.",
        "Whether you're a founder or an employee, rest.",
        "So much to do. Furthermore, rest pays.",
        "Unlock your full potential.",
        "This is a testament to rest.",
        "**Rest first:** sleep eight hours.",
    ],
)
def test_an_ai_turn_of_phrase_is_found(text: str) -> None:
    assert len(ai_marks(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "I slept badly and the world was fast.",
        "I remember, faintly, the smell of the lift.",
        "We dived in the lake.",
        "The key fits. It's not my door.",
        "She finally called.",
    ],
)
def test_ordinary_sentences_have_none(text: str) -> None:
    assert ai_marks(text) == ()
    assert press_marks(text) == ()


def test_each_turn_of_phrase_counts_once() -> None:
    assert ai_marks("Let's dive in. LET'S DIVE in again.") == ("let's dive",)


def test_a_press_release_is_recognised() -> None:
    text = (
        "FOR IMMEDIATE RELEASE\n\nNorthgate Systems, a leading provider of door hinges, today "
        "announced a new hinge. “We are proud,” said Ada Quill, chief executive.\n\n"
        "About Northgate Systems\nNorthgate makes hinges. For more information, please visit us."
    )
    assert len(press_marks(text)) >= 5
