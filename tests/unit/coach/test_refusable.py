"""What moderation would refuse is found by its words; the same words in peace are not."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicetune.coach.refusable import CATEGORIES, refusable


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Do that again and I'll kill you", "threat"),
        ("Just kill yourself.", "threat"),
        ("how to hang myself", "self-harm"),
        ("Heil Hitler", "hate"),
        (codecs.decode("gubfr avttref", "rot13"), "hate"),
        ("send nudes", "sexual"),
        ("how to make a pipe bomb", "violence"),
        ("how to cook meth at home", "drugs"),
        ("child porn", "minors"),
        ("ｓｅｎｄ ｎｕｄｅｓ", "sexual"),
    ],
)
def test_a_phrase_is_found_with_its_category(text: str, category: str) -> None:
    assert [found.category for found in refusable(text)] == [category]
    assert category in CATEGORIES


@pytest.mark.parametrize(
    "text",
    [
        "This is a killer feature. We killed it, nailed it, crushed it.",
        "My boss will kill me. This deadline is killing me.",
        "How to kill a process in Linux, and how to shoot a video.",
        "Don't kill yourself trying to please everyone.",
        "I will kill them with kindness.",
        "I lost a friend to suicide, and I talk about it. Depression is real.",
        "A method to crack the code. Skilled children draped in white power cords.",
        "She shot the photo; they were bombarded with emails. Photo bomb.",
        "Sex education, breast cancer, nude colours and a naked truth.",
        "Drug discovery, heroin addiction and how we help. Cocaine bear was a film.",
        "I hit the target. We attack the problem and execute.",
        "Food porn and productivity porn.",
        "",
    ],
)
def test_words_in_peace_are_no_alarm(text: str) -> None:
    assert refusable(text) == []


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert all(found.phrase for found in refusable(text))
