from voicetune.importers.candidate import Candidate, Mend
from voicetune.questions.headings import cut, sections

LINE = "I hired nine people in that year, and every one of them taught me something about waiting. "
BODY = LINE * 6
MENDS = (Mend("encoding", "Broken letters mended", 2),)


def article(text: str, **more: object) -> Candidate:
    return Candidate(text, text, "Articles.html", "linkedin-article", title="Hiring", **more)


def test_a_long_article_is_cut_along_its_headings() -> None:
    text = f"{BODY}\n\n## The first call\n\n{BODY}\n\n## The offer\n\n{BODY}"
    parts = cut(article(text, mends=MENDS))
    assert [part.title for part in parts] == ["Hiring", "The first call", "The offer"]
    assert [part.where for part in parts] == [f"Articles.html, part {n}" for n in (1, 2, 3)]
    assert all(part.text == BODY.strip() for part in parts)
    assert all(part.original == part.text for part in parts)
    assert [part.mends for part in parts] == [MENDS, (), ()]


def test_a_short_text_stays_whole() -> None:
    short = article(f"## One\n\n{LINE}\n\n## Two\n\n{LINE}")
    assert cut(short) == [short]


def test_an_article_without_headings_stays_whole() -> None:
    whole = article("\n\n".join([BODY] * 4))
    assert cut(whole) == [whole]


def test_lines_in_bold_and_short_lines_alone_are_headings_too() -> None:
    for mark in ("**{}**", "{}", "__{}__"):
        text = "\n\n".join([mark.format("The call"), BODY, mark.format("2. The offer"), BODY])
        assert [s.heading for s in sections(text)] == ["The call", "The offer"]


def test_underlined_headings_are_read() -> None:
    text = f"The call\n========\n\n{BODY}\n\nThe offer\n=========\n\n{BODY}"
    assert [s.heading for s in sections(text)] == ["The call", "The offer"]
    assert "=" not in sections(text)[0].text


def test_the_highest_level_that_comes_twice_is_taken() -> None:
    text = f"# Hiring\n\n## A\n\n{BODY}\n\n### A one\n\n{BODY}\n\n## B\n\n{BODY}"
    found = sections(text)
    assert [s.heading for s in found] == ["", "A", "B"]
    assert "### A one" in found[1].text


def test_short_paragraphs_of_a_post_are_no_headings() -> None:
    text = f"Same desk, same headset.\n\n{BODY}\n\nThat was it!\n\n{BODY}\n\n#hiring\n\n{BODY}"
    assert [s.heading for s in sections(text)] == [""]


def test_a_short_part_joins_the_one_before_with_its_heading() -> None:
    text = f"## A\n\n{BODY * 2}\n\n## B\n\n{LINE}\n\n## C\n\n{BODY * 2}"
    parts = cut(article(text))
    assert [part.title for part in parts] == ["A", "C"]
    assert f"B\n\n{LINE.strip()}" in parts[0].text


def test_a_short_beginning_belongs_to_the_first_part() -> None:
    parts = cut(article(f"Once upon a time.\n\n## A\n\n{BODY * 2}\n\n## B\n\n{BODY * 2}"))
    assert [part.title for part in parts] == ["A", "B"]
    assert parts[0].text.startswith("Once upon a time.")


def test_no_word_of_the_body_is_lost() -> None:
    text = f"Begin.\n\n## A\n\n{BODY * 2}\n\n## B\n\n{LINE}\n\n## C\n\n{BODY * 2}\n\n## D\n\nEnd."
    whole = " ".join(part.text for part in cut(article(text)))
    assert whole.count("nine people") == text.count("nine people")
    assert "Begin." in whole
    assert "End." in whole


def test_a_mended_text_keeps_the_original_of_each_part_where_it_has_the_same_headings() -> None:
    text = f"## A\n\n{BODY * 2}\n\n## B\n\n{BODY * 2}"
    mended = Candidate(text, text.replace("I hired", "I  hired"), "a", "linkedin-article")
    assert [part.original.startswith("I  hired") for part in cut(mended)] == [True, True]
    other = Candidate(text, "<p>" + text.replace("## ", ""), "a", "linkedin-article")
    assert all(part.original.startswith("<p>") for part in cut(other))


def test_a_text_of_blank_lines_is_read_at_once() -> None:
    blank = "\n" * 100_000
    text = f"A\n{blank}\n{BODY}\n\nB\n\n{BODY}"
    assert [s.heading for s in sections(text)] == ["A", "B"]
