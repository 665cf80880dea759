"""Documents: plain text, Markdown, Word, PDF, workbooks, and a folder of them."""

import io
from datetime import UTC, datetime

import pytest

from tests.unit.importers.office_files import docx, paragraph, pdf, xlsx
from tests.unit.importers.zips import zipped
from voicetune.examples.reading import Reading, map_columns
from voicetune.importers import plain_text
from voicetune.importers.candidate import Candidate
from voicetune.importers.opening import open_file, texts_of_table
from voicetune.importers.recognition import Found, read, recognise


def found(name: str, data: str | bytes) -> list[Candidate]:
    source = io.BytesIO(data.encode() if isinstance(data, str) else data)
    result = read(name, source)
    assert result.kind != "unknown"
    assert result.refusals == []
    return result.candidates


@pytest.mark.parametrize("rule", ["---", "***", "=====", "* * *", "___"])
def test_lines_of_signs_separate_texts(rule: str):
    text = (
        f"The first text of mine.\n\nIt has two paragraphs.\n\n{rule}\nA second one, quite short."
    )
    first, second = found("posts.txt", text)
    assert first.text == "The first text of mine.\n\nIt has two paragraphs."
    assert (second.text, second.where) == ("A second one, quite short.", "posts.txt, text 2")


def test_three_blank_lines_separate_where_no_rule_does():
    texts = found(
        "posts.txt", "First of the texts.\n\nStill the first.\n\n\n\nSecond of the texts."
    )
    assert [c.text for c in texts] == [
        "First of the texts.\n\nStill the first.",
        "Second of the texts.",
    ]


def test_a_separator_of_ones_own_and_a_date_on_top():
    text = "2024-05-06\nA text with a day.\n§§\nAnd one without a day.\n---\nstill the second"
    first, second = plain_text.read_text("a.txt", text, separator="§§")
    assert (first.text, first.written_on) == (
        "A text with a day.",
        datetime(2024, 5, 6, tzinfo=UTC),
    )
    assert second.text == "And one without a day.\n---\nstill the second"


def test_labelled_pairs_are_left_to_the_reader_of_pairs():
    assert recognise("pairs.txt", io.BytesIO(b"Q: How?\nA: Slowly.\n\nQ: Why?\nA: So.\n")) is None


MARKDOWN = """---
title: "On waiting"
date: 2023-04-05T06:07:08Z
tags: [a, b]
---
# On waiting

Plants *teach* [patience](https://a.org/x "t"), ![a picture](p.png) see [[Notes|my notes]].

<!-- not for you -->
- One `[kept](as it is)`

```
[also](kept)
```

[ref]: https://a.org
"""


def test_markdown_keeps_how_it_is_written_and_drops_what_is_not_prose():
    (note,) = found("waiting.md", MARKDOWN)
    assert note.text == (
        "Plants *teach* patience,  see my notes.\n\n- One `[kept](as it is)`\n\n"
        "```\n[also](kept)\n```"
    )
    assert (note.title, note.left_out) == ("On waiting", None)
    assert note.written_on == datetime(2023, 4, 5, 6, 7, 8, tzinfo=UTC)


def test_markdown_of_notion_and_of_static_sites():
    (page,) = found(
        "A page 0123456789abcdef0123456789abcdef.md",
        "# A page\n\nCreated: May 1, 2024\nTags: x\n\nThe words of this page.",
    )
    assert (page.title, page.text) == ("A page", "The words of this page.")
    (post,) = found("2022-03-04-hello.md", "+++\ndraft = true\n+++\nWords of a draft, unfinished")
    assert (post.left_out, post.written_on) == ("draft", datetime(2022, 3, 4, tzinfo=UTC))


def test_word_documents_are_cut_at_their_main_headings():
    document = docx(
        paragraph("First post", "Heading1"),
        paragraph("Words of the first &amp; only."),
        paragraph("One", listed=True),
        paragraph("Two", listed=True),
        paragraph("Second post", "Heading1"),
        "<w:p><w:del><w:r><w:delText>Gone</w:delText><w:t>gone</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t>Words of the second</w:t><w:br/><w:t>on two lines.</w:t></w:r></w:ins>"
        "</w:p>",
    )
    first, second = found("posts.docx", document)
    assert (first.title, first.text) == ("First post", "Words of the first & only.\n\n- One\n- Two")
    assert (second.title, second.text) == (
        "Second post",
        "Words of the second\non two lines.",
    )
    assert first.written_on == datetime(2023, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_a_word_document_with_one_title_is_one_text():
    (text,) = found(
        "essay.docx",
        docx(
            paragraph("My essay", "Title"),
            paragraph("A first paragraph, here."),
            paragraph("A part", "Heading2"),
            paragraph("A second."),
        ),
    )
    assert (text.title, text.text) == (
        "My essay",
        "A first paragraph, here.\n\nA part\n\nA second.",
    )


def test_what_a_damaged_word_document_still_has_comes_in():
    broken = zipped({"word/document.xml": "<a xmlns:w='w'><w:p><w:r><w:t>Five words that are "
                     "whole</w:t></w:r></w:p><w:p></broken>"})  # fmt: skip
    result = read("a.docx", broken)
    assert [c.text for c in result.candidates] == ["Five words that are whole"]
    assert [r.code for r in result.refusals] == ["document"]


def test_pdf_lines_become_paragraphs():
    document = pdf(
        [
            "Hiring is slow, and that is a good thing for most of the teams that I",
            "know. Nobody likes to hear it, but it saves you from the most expen-",
            "sive mistake of all.",
            "Ask for a day of paid work, and look at what comes out of it in the end.",
        ],
        ["2"],
    )
    (text,) = found("posts.pdf", document)
    assert text.text == (
        "Hiring is slow, and that is a good thing for most of the teams that I know. Nobody likes "
        "to hear it, but it saves you from the most expensive mistake of all.\n\nAsk for a day of "
        "paid work, and look at what comes out of it in the end."
    )


@pytest.mark.parametrize(("data", "words"), [(pdf([]), "pictures"), (b"%PDF-1.4\nx", "damaged")])
def test_pdf_without_text_says_why(data: bytes, words: str):
    result = read("a.pdf", io.BytesIO(data))
    assert result.candidates == []
    assert words in result.refusals[0].reason


def test_a_page_that_cannot_be_read_is_named_and_costs_only_itself():
    document = pdf(["Words of a first page."], ["Broken here."], ["Words of a third page."])
    at = document.index(b"Broken here.")
    start = document.rindex(b"<< /Length", 0, at)
    broken = document[:start] + document[start:].replace(
        b"<< /Length", b"<< /Filter /Unheard /Length", 1
    )
    result = read("a.pdf", io.BytesIO(broken))
    text = " ".join(c.text for c in result.candidates)
    assert "Words of a first page." in text
    assert "Words of a third page." in text
    assert [r.reason for r in result.refusals] == ["Page 2 of a.pdf could not be read."]


def test_workbooks_are_read_by_their_column_names():
    book = xlsx(
        ["Posting Time", "Text", "Tags"],
        [45000.5, "A post of five words, here", "x"],
        ["2024-01-02 10:00", "", ""],
        ["", "Another post of mine, also short", ""],
    )
    rows = found("plan.xlsx", book)
    assert [(c.text, c.where, c.left_out) for c in rows] == [
        ("A post of five words, here", "plan.xlsx, row 2", None),
        ("", "plan.xlsx, row 3", "no-text"),
        ("Another post of mine, also short", "plan.xlsx, row 4", None),
    ]
    assert rows[0].written_on == datetime(2023, 3, 15, 12, tzinfo=UTC)
    assert rows[0].question == ""
    asked = found("qa.xlsx", xlsx(["Prompt", "Answer"], ["How?", "Slowly, and with some care."]))
    assert (asked[0].question, asked[0].text) == ("How?", "Slowly, and with some care.")


def test_a_workbook_is_opened_as_a_table_whose_columns_a_person_confirms():
    book = xlsx(
        ["When", "Thema", "Beitrag", "Posted"],
        ["x", "Frage 1?", "Antwort eins, die lang genug ist.", 45000.5],
        ["y", "Frage 2?", "Antwort zwei, die lang genug ist.", 45001],
    )
    opened = open_file("plan.xlsx", io.BytesIO(book))
    assert isinstance(opened, Reading)
    assert opened.table is not None
    assert opened.explanation.startswith("This is an Excel workbook with 4 columns and 2 rows.")
    assert opened.table.guess.written_on == "Posted"
    pairs = map_columns(opened.table, "Thema", "Beitrag", None, written_on="Posted").examples
    assert [(e.question, str(e.written_on)) for e in pairs] == [
        ("Frage 1?", "2023-03-15"),
        ("Frage 2?", "2023-03-16"),
    ]
    texts = texts_of_table(opened, "Beitrag", written_on="Posted").candidates
    assert texts[0].written_on == datetime(2023, 3, 15, 12, tzinfo=UTC)


def test_a_workbook_without_rows_says_so():
    opened = open_file("plan.xlsx", io.BytesIO(xlsx([])))
    assert isinstance(opened, Found)
    assert [r.reason for r in opened.refusals] == ["There is no column of texts in plan.xlsx."]


def test_a_folder_of_documents_is_read_with_every_kind_in_it():
    source = zipped(
        {
            "notes/a.md": "# One\n\nWords of a first note.",
            "notes/b.txt": "Words of a second note.",
            "c.docx": docx(paragraph("Words of a third note.")),
            "d.pdf": pdf(["Words of a fourth note."]),
            "e.docx": b"no archive",
            "f.png": b"\x89PNG",
        }
    )
    result = read("notes.zip", source)
    assert result.kind == "documents"
    assert {c.text for c in result.candidates} == {
        f"Words of a {number} note." for number in ("first", "second", "third", "fourth")
    }
    assert [(r.code, r.text) for r in result.refusals] == [("member", "e.docx")]
