"""Posts that do not sound like the rest of a set."""

import random
from dataclasses import replace

import pytest

from tests.unit.voice.posts import answered, blunt, formal
from voicetune.examples.finding import Severity
from voicetune.voice.odd_ones import findings, odd_voices

PRESS = (
    "Northgate Systems, a leading provider of hinges, today announced a new hinge. The company "
    'will ship it in May. "We are proud," said Ada Quill, chief executive of Northgate Systems.'
)
AI = (
    "In today's fast-paced world, rest is not just a pause, it's a strategy.\n\nLet's dive in. "
    "It's important to note that rest plays a crucial role in success.\n\nSo there."
)


def test_posts_by_another_hand_are_found_wherever_they_stand() -> None:
    posts = [(text, False) for text in blunt(60)] + [(text, True) for text in formal(3)]
    random.Random(4).shuffle(posts)
    found = {odd.row for odd in odd_voices(answered([text for text, _ in posts]))}
    strangers = {row for row, (_, strange) in enumerate(posts) if strange}
    assert strangers <= found
    assert len(found - strangers) <= 3


def test_one_stranger_is_enough() -> None:
    odd = odd_voices(answered([*blunt(40), *formal(1)]))
    assert odd[0].row == 40


def test_what_differs_is_said_in_words() -> None:
    first = odd_voices(answered([*blunt(40), *formal(2)]))[0]
    assert first.row in (40, 41)
    assert "three hashtags" in first.habits
    assert first.code == "voice-odd"


def test_a_press_release_and_ai_text_have_codes_of_their_own() -> None:
    by_row = {odd.row: odd for odd in odd_voices(answered([*blunt(40), PRESS, AI]))}
    assert by_row[40].code == "voice-press"
    assert by_row[41].code == "voice-ai"
    assert "let's dive" in by_row[41].quoted


def test_a_writer_who_always_writes_that_way_is_not_told_off_for_it() -> None:
    own = [f"{AI} {text}" for text in blunt(40)]
    assert {odd.code for odd in odd_voices(answered(own))} <= {"voice-odd"}


def test_a_set_too_small_to_have_a_voice_is_not_judged() -> None:
    assert odd_voices(answered([*blunt(17), *formal(2)])) == []
    assert odd_voices([]) == []


def test_the_same_post_many_times_is_not_odd() -> None:
    assert odd_voices(answered(["I can't stand the stand-up. So there."] * 30)) == []


def test_left_out_and_empty_examples_are_neither_judged_nor_counted() -> None:
    examples = answered([*blunt(40), *formal(2), "", "  "])
    left_out = [replace(e, include=row not in (40, 41)) for row, e in enumerate(examples)]
    assert not {40, 41, 42, 43} & {odd.row for odd in odd_voices(left_out)}
    assert {40, 41} <= {odd.row for odd in odd_voices(examples)}


@pytest.mark.parametrize("text", ["🌱🌱🌱", "???", "我喜欢写作。", "\u202eabc", "a" * 50_000])
def test_strange_texts_do_no_harm(text: str) -> None:
    odd = odd_voices(answered([*blunt(30), text]))
    assert all(0 <= each.row <= 30 for each in odd)


def test_a_finding_is_advice_on_one_row_with_the_reasons() -> None:
    made = findings(odd_voices(answered([*blunt(40), AI, *formal(1)])))
    by_row = {finding.rows: finding for finding in made}
    assert by_row[(40,)].code == "voice-ai"
    assert "“let's dive”" in by_row[(40,)].message or "“in today's" in by_row[(40,)].message
    assert "hashtags" in by_row[(41,)].message
    assert all(finding.severity is Severity.ADVICE for finding in made)
    assert all(finding.mend is None for finding in made)
