"""Words counted in every script, and posts that teach nothing."""

import pytest

from voicetune.importers.screening import screen, words


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("It's a well-known fact, isn’t it? 100%", 8),
        ("🎉 🎉 🎉", 0),
        ("採用は遅い", 3),
        ("วันนี้", 3),
        ("나는 오늘 글을 썼다", 4),
        ("كتبتُ عن الربيع", 3),
    ],
)
def test_words_are_counted_in_every_script(text: str, number: int):
    assert words(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://a.org", "link-only"),
        ("New post: https://a.org #writing #habits #life #work #slow", "link-only"),
        ("Do read this one, all of you: https://a.org", None),
        ("So true", "too-short"),
        ("Write every single day", None),
        ("Thrilled to announce that I have joined Acme as VP of Sales!", "job-change"),
        ("I'm happy to share that I’ve earned a new badge", "job-change"),
        ("Happy to share my new text on hiring for small teams", None),
        ("I’m excited to share that I’ll be speaking in June", None),
        (
            "J’ai le plaisir de vous annoncer que j’occupe désormais le poste de directrice",
            "job-change",
        ),
    ],
)
def test_posts_that_teach_nothing_are_told(text: str, code: str | None):
    assert screen(text) == code


def test_a_link_beside_the_text_counts_too():
    assert screen("Worth your time today", shares_link=True) == "link-only"
