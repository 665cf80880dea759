"""Two versions of a text: what differs is marked, nothing of either is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from voicetune.coach.passages import CHANGED, CUT, SAME, Passage, around, differing


def changed(passages: list[Passage]) -> list[str]:
    return [passage.text.strip() for passage in passages if passage.kind == CHANGED]


def joined(passages: list[Passage]) -> str:
    return "".join(passage.text for passage in passages)


def test_only_the_words_that_differ_are_marked() -> None:
    was, now = differing("We opened the shop in May, and waited.", "We opened the bar in May.")
    assert changed(was) == ["shop", ", and waited"]
    assert changed(now) == ["bar"]


def test_words_changed_beside_each_other_are_one_passage() -> None:
    was, now = differing("I met a tall man there.", "I met an old woman there.")
    assert (changed(was), changed(now)) == (["a tall man"], ["an old woman"])


def test_a_contraction_is_one_word_and_a_chinese_sign_is_one_too() -> None:
    assert changed(differing("It isn’t so.", "It is so.")[0]) == ["isn’t"]
    assert changed(differing("今天天气很好", "今天天气不好")[1]) == ["不"]


def test_a_text_that_begins_or_ends_anew_is_marked_there() -> None:
    was, now = differing("\n  Hello there.", "Hello there.\n\nBye.")
    assert joined(was) == "\n  Hello there."
    assert joined(now) == "Hello there.\n\nBye."
    assert changed(now)[-1].endswith("Bye")


def test_the_same_text_has_no_marks_and_an_empty_one_no_passages() -> None:
    assert differing("Same.", "Same.") == ([Passage(SAME, "Same.")], [Passage(SAME, "Same.")])
    assert differing("", "New.") == ([], [Passage(CHANGED, "New.")])


def test_long_pieces_that_stayed_are_cut_but_never_a_change() -> None:
    text = "word " * 300
    was, _ = differing(f"{text}old {text}", f"{text}new {text}")
    shown = around(was, 40)
    assert [p.kind for p in shown] == [CUT, SAME, CHANGED, SAME, CUT]
    assert changed(shown) == ["old"]
    assert len(joined(shown)) < 120
    assert set(joined(shown).replace("…", " ").split()) == {"word", "old"}


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_of_either_version_is_lost(before: str, after: str) -> None:
    was, now = differing(before, after)
    assert (joined(was), joined(now)) == (before, after)
