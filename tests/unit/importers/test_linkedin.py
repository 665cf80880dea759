"""LinkedIn's archive and its single files, with the quirks that real ones have."""

import io
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.importers.linkedin_files import (
    ARTICLE,
    FULL,
    comment,
    comments,
    share,
    shares,
)
from tests.unit.importers.zips import zipped
from voicetune.examples.intake import Refusal
from voicetune.importers import linkedin
from voicetune.importers.archive import Archive
from voicetune.importers.candidate import LEFT_OUT, Candidate
from voicetune.importers.recognition import Found, read, recognise

POST = "Hiring is slow.\n\nThat is a good thing, most of the time."


def read_text(name: str, text: str | bytes) -> list[Candidate]:
    data = text.encode() if isinstance(text, str) else text
    found = read(name, io.BytesIO(data))
    assert found.refusals == []
    return found.candidates


def read_zip(**files: str) -> Found:
    return read(
        "export.zip", zipped({**FULL, **{n.replace("__", "/"): t for n, t in files.items()}})
    )


def only(candidates: list[Candidate]) -> Candidate:
    (candidate,) = candidates
    return candidate


@pytest.mark.parametrize(
    "text",
    [
        POST,
        "One line, with a comma and more words",
        'She said "no".\nThen "yes"\n"Maybe" came last.',
        '"Quoted from the first word"\n\n\n"to the last one of it"',
        "Fünf Wörter über 🌱 und 春の庭で働きました。\nעוד שורה של מילים",
        "A backslash \\ and a path C:\\temp stay here",
        "2024-01-01 10:00:00, a date begins this post\n2024-01-02 11:00:00 and this line",
    ],
)
def test_the_text_of_a_post_comes_out_as_it_was_written(text: str):
    other = share("Another post, quite a plain one.", number=2)
    found = read_text("Shares.csv", shares(share(text), other))
    assert [c.text for c in found] == [text, "Another post, quite a plain one."]
    assert found[0].original == text


def test_a_post_has_its_place_its_moment_and_its_address():
    candidate = only(read_text("Shares.csv", shares(share(POST, number=7123))))
    assert candidate == Candidate(
        text=POST,
        original=POST,
        where="Shares.csv, row 2",
        kind="linkedin-post",
        written_on=datetime(2024, 3, 1, 9, 30, tzinfo=UTC),
        url="https://www.linkedin.com/feed/update/urn:li:share:7123",
    )


def test_quotes_around_line_breaks_stay_where_the_file_does_not_wrap_its_lines():
    row = '2024-03-01 09:30:00,https://x,"First ""a""\n""b"" second\nthird line of it",,,'
    assert (
        only(read_text("Shares.csv", shares(row))).text == 'First "a"\n"b" second\nthird line of it'
    )


@pytest.mark.parametrize(
    "header", ["Date,ShareLink,ShareCommentary", "date,sharelink,sharecommentary,SharedUrl"]
)
def test_columns_may_be_missing_at_the_end(header: str):
    row = '2024-03-01 09:30:00,https://x,"Words of mine, five of them"'
    assert only(read_text("Shares.csv", f"{header}\n{row}\n")).left_out is None


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_encoding_and_line_end_is_read(codec: str, end: str):
    data = shares(share("Zürich ist schön,\nsagen alle fünf Leute")).replace("\n", end)
    assert only(read_text("Shares.csv", data.encode(codec))).text == (
        "Zürich ist schön,\nsagen alle fünf Leute"
    )


def test_a_quote_that_never_closes_spoils_no_other_row():
    broken = '2024-03-01 09:30:00,https://x/1,"It opens and never closes,,,'
    found = read_text(
        "Shares.csv", shares(share(POST), broken, share("The next one is fine here."))
    )
    assert [c.text for c in found][::2] == [POST, "The next one is fine here."]
    assert "opens and never closes" in found[1].text


def test_a_comma_without_quotes_around_its_text_is_mended():
    row = "2024-03-01 09:30:00,https://x,Words, words and more words,https://b.org,,MEMBER_NETWORK"
    assert only(read_text("Shares.csv", shares(row))).text == "Words, words and more words"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (share(""), "reshare"),
        (share("", media="https://media.licdn.com/1"), "no-text"),
        (share("https://lnkd.in/abc123"), "link-only"),
        (share("Great read: https://lnkd.in/abc123 #hiring #teams #leadership"), "link-only"),
        (share("So true", shared="https://www.linkedin.com/feed/update/urn:1"), "link-only"),
        (share("Happy Friday everyone"), "too-short"),
        (share("🎉🎉🎉 #grateful"), "too-short"),
        (
            share("I’m happy to share that I’m starting a new position as Head of Hiring at Acme!"),
            "job-change",
        ),
        (
            share("I'm happy to share that I’ve obtained a new certification: PMP from PMI!"),
            "job-change",
        ),
        (share("Ich freue mich, mitteilen zu können, dass ich eine neue Position als Chefin bei"
               " Acme habe"), "job-change"),
    ],
)  # fmt: skip
def test_what_teaches_nothing_is_left_out_with_a_code(row: str, code: str):
    candidate = only(read_text("Shares.csv", shares(row)))
    assert candidate.left_out == code
    assert code in LEFT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "Read what we learned from forty interviews: https://lnkd.in/abc",
        "I joined a start-up at 40. Nobody told me how lonely it would be, so here is what I wish "
        "somebody had said to me before my first day there, as honestly as I can say it.",
        "I'm happy to share that I'm starting a new position at Acme. " + "A story follows. " * 20,
        "採用は遅いほうがいい。疲れたときに人を選ぶと失敗します。",
        "การจ้างงานที่ช้าเป็นสิ่งที่ดีเสมอ",
    ],
)
def test_posts_with_words_of_their_own_are_kept(text: str):
    assert only(read_text("Shares.csv", shares(share(text)))).left_out is None


@pytest.mark.parametrize(
    "text",
    [
        'He wrote "slow", and I wrote "slower, please" under it.',
        '"Quoted at the very start," and then some more words',
        'It ends with five words in "quotes"',
        "A second line\nof the same comment, and a third\n\nafter a gap",
    ],
)
def test_comments_with_quotes_behind_backslashes_come_out_whole(text: str):
    other = comment("Another comment, long enough to be kept here.")
    for quoted in (comment(text), comment(text).replace('\\"', '""')):
        found = read_text("Comments.csv", comments(quoted, other))
        assert [c.text for c in found] == [text, "Another comment, long enough to be kept here."]


def test_a_comment_without_a_date_is_a_row_of_its_own():
    undated = comment("No date on this one, but many words.", day="")
    found = read_text(
        "Comments.csv", comments(comment("One that has more than five words."), undated)
    )
    assert [c.written_on is None for c in found] == [False, True]
    assert found[1].text == "No date on this one, but many words."


@pytest.mark.parametrize("text", ["Congratulations, Bo!", "So well said", "Love this 🎉 @Bo Berg"])
def test_replies_of_a_few_words_are_left_out(text: str):
    assert only(read_text("Comments.csv", comments(comment(text)))).left_out == "too-short"


def test_descriptions_of_pictures_are_read_with_their_sentence_of_a_date():
    rows = (
        "Date/Time,Media Description,Media Link\n"
        '"You uploaded a feed photo on April 12, 2026 at 8:03 PM (GMT)",The greenhouse in April '
        "after rain,https://media/1\n"
        '"You uploaded a feed photo on May 2, 2026 at 12:30 AM (GMT)",-,https://media/2\n'
    )
    first, second = read_text("Rich_Media.csv", rows)
    assert (first.text, first.left_out) == ("The greenhouse in April after rain", None)
    assert first.written_on == datetime(2026, 4, 12, 20, 3, tzinfo=UTC)
    assert (second.text, second.left_out) == ("", "no-text")
    assert second.written_on == datetime(2026, 5, 2, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("folder", ["", "Complete_LinkedInDataExport_03-01-2024/", "a/b/"])
@pytest.mark.parametrize("number", ["", "_123456789"])
def test_the_archive_is_read_wherever_its_files_lie(folder: str, number: str):
    files = {
        **FULL,
        f"Shares{number}.csv": shares(share(POST), share("")),
        f"Comments{number}.csv": comments(comment("Six words are enough for this.")),
        "Articles/Articles/why-we-hire-slowly.html": ARTICLE,
        "Shares_backup.csv": shares(share("Words that are not to be read.")),
        "Articles/readme.txt": "x",
    }
    source = zipped({f"{folder}{name}": text for name, text in files.items()})
    kind = recognise("whatever.bin", source)
    assert kind is not None
    assert kind.code == "linkedin"
    found = read("whatever.bin", source)
    assert [(c.kind, c.left_out) for c in found.candidates] == [
        ("linkedin-post", None),
        ("linkedin-post", "reshare"),
        ("linkedin-comment", None),
        ("linkedin-article", None),
    ]
    assert found.refusals == []
    assert found.explanation == (
        "A LinkedIn archive: 2 posts, 1 comment, 1 article. 1 of them is left out unless you say "
        "otherwise."
    )


def test_the_exact_name_comes_before_one_with_a_number():
    found = read_zip(
        **{"Shares.csv": shares(share(POST)), "Shares_12.csv": shares(share("Old " + POST))}
    )
    assert [c.text for c in found.candidates] == [POST]


def test_other_peoples_words_are_never_read():
    found = read_zip(**{"Shares.csv": shares(share(POST))})
    assert not any("private" in c.text or "Bo" in c.text for c in found.candidates)


@pytest.mark.parametrize("name", ["messages.csv", "Connections.csv"])
def test_a_file_of_other_peoples_words_by_itself_is_refused(name: str):
    found = read(name, io.BytesIO(FULL[name].encode()))
    assert (found.kind, found.candidates) == ("linkedin-file", [])
    assert [r.code for r in found.refusals] == ["not-own"]
    assert "Shares.csv" in found.refusals[0].reason


def test_posts_in_another_language_than_most_are_left_out():
    english = [
        share(f"Hiring number {n} is slow, and that is good for you and the team.")
        for n in range(6)
    ]
    french = share("Les meilleures équipes ne sont pas pressées, et c'est ce qui les aide.")
    found = read_text("Shares.csv", shares(*english, french))
    assert [c.left_out for c in found] == [*[None] * 6, "other-language"]


def test_an_article_has_its_title_address_and_day_and_its_words_only():
    article = only(read_zip(**{"Articles/Articles/why.html": ARTICLE}).candidates)
    assert article.title == "Why we hire slowly"
    assert article.url.endswith("why-we-hire-slowly-maya-okafor-abc1e")
    assert article.written_on == datetime(2021, 3, 2, 8, 15, tzinfo=UTC)
    assert article.where == "why.html"
    assert article.text == (
        "Most teams hire when they are tired. That is too late.\n\nWhat we do\n\n"
        "- One paid day of work.\n- Two’s company.\n\nIt is slow & fair."
    )


def test_an_older_article_has_its_day_in_its_name():
    page = "<title>Été</title><p>Some words in French, five or so of them.</p>"
    found = linkedin.read_article("2021-03-01 18:02:54.0-Été.html", page)
    assert (found.title, found.written_on) == ("Été", datetime(2021, 3, 1, 18, 2, 54, tzinfo=UTC))
    assert found.text == "Some words in French, five or so of them."


@pytest.mark.parametrize(("complete", "words"), [(True, "nobody posted"), (False, "basic archive")])
def test_an_archive_without_posts_says_why(complete: bool, words: str):
    files = {n: t for n, t in FULL.items() if complete or n != "Ad_Targeting.csv"}
    found = read("export.zip", zipped(files))
    assert found.candidates == []
    assert [r.code for r in found.refusals] == ["no-posts"]
    assert words in found.explanation


def test_the_same_text_comes_in_once():
    found = read_text("Shares.csv", shares(share(POST), share(POST + " ", number=2)))
    assert [c.left_out for c in found] == [None, "duplicate"]


def test_a_damaged_file_costs_the_archive_only_itself():
    source = zipped({**FULL, "Shares.csv": shares(share(POST)), "Comments.csv": comments(
        comment("Seven words, all of them still readable."))}, 0)  # fmt: skip
    data = bytearray(source.getvalue())
    data[data.find(b"Hiring is slow")] ^= 1
    found = read("export.zip", io.BytesIO(data))
    assert [c.kind for c in found.candidates][-1] == "linkedin-comment"
    assert [r.code for r in found.refusals] == ["member"]
    assert "Shares.csv is damaged" in found.refusals[0].reason


def test_mends_can_be_refused():
    data = shares(share("𝗪𝗛𝗬 most teams fail at hiring &amp; firing")).encode()
    both = only(read("Shares.csv", io.BytesIO(data)).candidates)
    assert [mend.code for mend in both.mends] == ["entities", "math-letters"]
    assert both.original == "𝗪𝗛𝗬 most teams fail at hiring &amp; firing"
    one = only(read("Shares.csv", io.BytesIO(data), refuse=frozenset({"entities"})).candidates)
    assert one.text == "WHY most teams fail at hiring &amp; firing"


def read_anything(kind: str, data: bytes) -> list[Any]:
    return list(linkedin.read_rows(f"{kind}.csv", io.BytesIO(data), kind))


PIECES = st.sampled_from(
    ['"', '""', '"\n"', "\n", "\r\n", "\r", ",", "\\", '\\"', "2024-03-01 09:30:00,https://x,", "a",
     "words of mine ", "Date,ShareLink,ShareCommentary\n", "Date,Link,Message\n", "\0", "🌱", ";",
     "https://x.com/?utm_a=1", "𝗪", "&amp;"]
)  # fmt: skip


@settings(deadline=None, max_examples=120)
@given(st.sampled_from(sorted(linkedin.COLUMNS)), st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(kind: str, data: bytes):
    read_anything(kind, data)


@settings(deadline=None, max_examples=120)
@given(st.sampled_from(sorted(linkedin.COLUMNS)), st.lists(PIECES, max_size=40).map("".join))
def test_any_mix_of_rows_and_quotes_is_read_without_an_error(kind: str, text: str):
    for piece in read_anything(kind, text.encode()):
        assert isinstance(piece, Candidate) or (isinstance(piece, Refusal) and piece.reason)


@settings(deadline=None, max_examples=120)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n")))
def test_a_good_post_comes_in_whatever_the_row_before_it_holds(junk: str):
    found = read_anything("Shares", (shares(junk.replace("\r", ""), share(POST))).encode())
    assert found[-1].text == POST


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=400), st.sampled_from(["Shares.csv", "Articles/a.html", "Comments.csv"]))
def test_any_bytes_in_an_archive_are_read_without_an_error(data: bytes, name: str):
    list(linkedin.read(Archive(zipped({name: data}))))


@pytest.mark.parametrize(
    "piece", ["<a ", "<!--", '<a "', "<![x", "<?", "</", "<script>", "<title>", "&", "<ul>", "</p>"]
)
def test_no_page_takes_long(piece: str):
    start = time.process_time()
    linkedin.read_article("a.html", piece * (200_000 // len(piece)))
    assert time.process_time() - start < 5
