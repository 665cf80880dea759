"""Folding makes texts match that a person finds equal."""

import pytest

from voicetune.workspace.search import fold, folded_messages


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("𝗪𝗛𝗬", "why"),
        ("e\u0301tude", "Étude"),
        ("ＡＢＣ", "abc"),
        ("ΣΟΦΟΣ", "σοφος"),
    ],
)
def test_texts_match_whatever_their_lettering(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_letters_of_other_languages_stay() -> None:
    text = "写作 שלום 👩🏽‍💻"
    assert fold(text) == text


def test_what_a_database_cannot_hold_is_replaced() -> None:
    assert fold("a\0b\ud83d") == "a?b?"


def test_a_conversation_is_its_turns_without_the_system_message() -> None:
    messages = [
        {"role": "system", "content": "Hidden"},
        {"role": "user", "content": "Q"},
        "not a message",
        {"role": "assistant", "content": [{"type": "text", "text": "A"}]},
    ]
    assert folded_messages(messages) == "q\n\na"
