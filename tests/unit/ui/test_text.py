import pytest

from voicetune.ui.parts.text import escape, shortened

JOINER = "\N{WORD JOINER}"


@pytest.mark.parametrize("text", ["plain", "日本語 🌱 שלום", "é e\u0301"])
def test_text_without_punctuation_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


def test_everything_markdown_reads_is_made_literal() -> None:
    assert escape("**a** $b$ [c](d) <e> `f` #g") == (
        rf"\*\*a\*\* \$b\$ \[c\]\(d\) \<{JOINER}e\>{JOINER} \`f\` \#g"
    )


def test_colons_and_arrows_are_kept_from_becoming_signs() -> None:
    assert escape(":smile: a->b") == (rf"\:{JOINER}smile\:{JOINER} a\-{JOINER}\>{JOINER}b")


def test_lines_become_one() -> None:
    assert escape("a\n\n  b\tc") == "a b c"


def test_shortening_cuts_between_words_and_says_so() -> None:
    assert shortened("one two three", 9) == "one two …"
    assert shortened("one two", 7) == "one two"
