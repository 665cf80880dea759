"""Cleaning: what each mend does, what it leaves alone, and that once is enough."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voicetune.cost.tokens import count_text
from voicetune.importers.candidate import Mend
from voicetune.importers.cleaning import MENDS, clean


def mended(text: str, *codes: str) -> str:
    """Returns the cleaned text after checking that just these mends were made."""
    cleaned, mends = clean(text)
    assert [mend.code for mend in mends] == list(codes)
    assert all(mend.label == MENDS[mend.code] and mend.count > 0 for mend in mends)
    return cleaned


@pytest.mark.parametrize(
    "text",
    [
        "Plain words.\n\nAnd a second paragraph, with AT&T, R&D and Q&A; 3 < 5.",
        "👩‍🌾🌱 1️⃣ 👍🏽 🏳️‍🌈",
        "今日は庭で働きました。\n\n「春」です。Ｆｕｌｌ",
        "ﾊﾝｶｸ 한국어 문장",
        "كتبتُ عن الربيع؟ \u200fنعم",
        "שָׁלוֹם עֲלֵיכֶם",
        "e\u0301te\u0301 cafe\u0301 Zürich naïve Łódź",
        "नमस्ते क्‍ष می‌خواهم",
        "“Curly” quotes, it’s fine — and so… is this",
        "ﬁne ligatures, ½, №, ™, ©",
        "x² + y² = z², ℝ and ℎ stay",
        "I wanted... more",
        "Is there more? See more at https://example.com/page?id=7&lang=en#part",
        "Like\nwhat you do.",
        "Share",
        "Use the hashtag #teams for it",
        "Talk less… show more",
        "pane, latte… altro",
    ],
)
def test_good_text_of_every_script_is_left_alone(text: str):
    assert clean(text) == (text, ())


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ("Itâ€™s a cafÃ©", "It’s a café"),
        ("Ã¼ber allem ðŸŒ± wÃ¤chst", "über allem 🌱 wächst"),
        ("It\x92s \x93here\x94", "It’s “here”"),
        ("a\x00b\ud83dc", "abc"),
    ],
)
def test_broken_encodings_are_mended(broken: str, right: str):
    assert mended(broken, "encoding") == right


def test_a_broken_line_is_mended_beside_a_good_one():
    assert (
        mended("Il fait déjà nuit 🌱\nItâ€™s late", "encoding") == "Il fait déjà nuit 🌱\nIt’s late"
    )


def test_web_codes_become_characters_until_none_is_left():
    assert (
        mended("Q&amp;A &lt;3 &quot;ok&quot; &#39;s &#x1F331;", "entities") == 'Q&A <3 "ok" \'s 🌱'
    )
    assert mended("&amp;amp;lt;", "entities") == "<"
    assert clean("&nosuchthing; &copy left; &;")[1] == ()


@pytest.mark.parametrize(
    ("fancy", "plain", "words"),
    [
        ("𝗪𝗛𝗬 most teams 𝘧𝘢𝘪𝘭", "WHY most teams fail", 2),
        ("𝓗𝓮𝓵𝓵𝓸, 𝕎𝕠𝕣𝕝𝕕", "Hello, World", 2),
        ("𝟭𝟬𝟬% 𝚌𝚘𝚍𝚎", "100% code", 2),
        ("ℋ𝒾 𝒯𝒽ℯ𝓇ℯ", "Hi There", 2),
        ("𝗰𝗮𝗳𝗲\u0301", "café", 1),
        ("𝛂𝛃", "αβ", 1),
    ],
)
def test_mathematical_letters_become_plain_with_the_tokens_saved(
    fancy: str, plain: str, words: int
):
    cleaned, mends = clean(fancy)
    assert cleaned == plain
    saved = count_text(fancy) - count_text(plain)
    assert mends == (Mend("math-letters", MENDS["math-letters"], words, saved),)
    assert saved > 0


@pytest.mark.parametrize(
    ("link", "clean_link"),
    [
        ("https://a.org/x?utm_source=li&utm_medium=post", "https://a.org/x"),
        ("https://a.org/x?id=5&utm_source=li#top", "https://a.org/x?id=5#top"),
        ("https://a.org/x?fbclid=abc.", "https://a.org/x."),
        ("(https://a.org/?b=1&gclid=2)", "(https://a.org/?b=1)"),
        ("https://x.com/me/status/12?s=20&t=abc", "https://x.com/me/status/12"),
        ("https://youtu.be/abc?si=XYZ&t=42", "https://youtu.be/abc?t=42"),
        ("https://www.linkedin.com/in/me?trk=foo&lipi=urn%3Ali", "https://www.linkedin.com/in/me"),
    ],
)
def test_tracking_is_cut_from_links(link: str, clean_link: str):
    assert mended(f"Read {link} now", "tracking") == f"Read {clean_link} now"


@pytest.mark.parametrize(
    "end", ["…see more", " ...see more", "… See More", "…more", "\n…voir plus"]
)
def test_see_more_is_taken_off(end: str):
    assert mended(f"I learned this the hard way{end}", "see-more") == "I learned this the hard way"


def test_words_of_buttons_are_taken_off_the_start_and_the_end():
    text = (
        "Feed post number 3\nMaya Okafor\u00a0• 2nd\n2w • Edited •\n\nHiring is slow.\n\nLike me."
        "\n\n1,204 impressions\nView analytics\nLike\nComment\nRepost\nSend"
    )
    assert mended(text, "interface-text") == "Hiring is slow.\n\nLike me."


def test_hashtag_copied_before_its_sign_goes():
    assert mended("Join us hashtag#hiring hashtag\n#teams", "interface-text") == (
        "Join us #hiring #teams"
    )


def test_a_line_of_one_word_at_the_end_is_kept():
    for text in ("What would you do?\n\nComment", "Two things:\n\nFollow\nShare"):
        assert clean(text) == (text, ())


@pytest.mark.parametrize("code", sorted(MENDS))
def test_a_refused_mend_is_not_made(code: str):
    text = (
        "Itâ€™s &amp; 𝗪𝗛𝗬 https://a.org/?utm_source=x b\nView analytics\n100 impressions…see more"
    )
    text = f"{text}\nView analytics"
    codes = {mend.code for mend in clean(text)[1]}
    assert code in codes | {"see-more"}
    assert code not in {mend.code for mend in clean(text, refuse=frozenset({code}))[1]}
    assert clean(text, refuse=frozenset(MENDS)) == (text, ())


def test_line_ends_and_blanks_around_the_text_go_unlisted():
    assert clean("  one\r\ntwo\rthree \n") == ("one\ntwo\nthree", ())


PIECES = st.sampled_from(
    ["â€", "™", "Ã", "©", "&amp;", "&", "amp;", "lt;", "#39;", "𝗪", "𝘺", "ℎ", "\u0301", "…", "...",
     "see more", "more", "\n", "\r", " ", "https://x.com/a?", "s=2", "&utm_a=1", "#b", "?",
     "hashtag", "#tag", "Like", "Comment", "Repost", "View analytics", "12 comments", "\x85",
     "\x00", "\ud800", "🌱", "春", "ع", "ab", "ðŸ", "\xa0"]
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.text() | st.lists(PIECES, max_size=25).map("".join))
@example("&amp;#x26;amp;")
def test_cleaning_twice_is_cleaning_once(text: str):
    once, _ = clean(text)
    assert clean(once) == (once, ())


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="abc 🌱👩\u200d🌾春の庭عربيש\u05c1e\u0301\n.,!?'\"()", max_size=80))
def test_plain_writing_is_only_stripped(text: str):
    assert clean(text) == (text.strip(), ())
