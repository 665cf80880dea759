"""HTML to plain text: paragraphs, lists, what is no prose, and pages that are broken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicetune.importers.pages import parse, text_of


def words(page: str) -> str:
    return text_of(parse(page))


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One<p>Two", "One\n\nTwo"),
        ("One<br>two<br/>three<br><br>four", "One\ntwo\nthree\n\nfour"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<p>A <b>bold</b>, <i>quiet</i> word</p>", "A bold, quiet word"),
        ("<p> many \n\t blanks&nbsp;here </p>", "many blanks here"),
        ("<ul><li>One<li>Two</ul>After", "- One\n- Two\n\nAfter"),
        ("<ol>\n <li><p>One</p></li>\n <li>Two</li></ol>", "1. One\n2. Two"),
        ("<ul><li>One<ul><li>Inner</li></ul></li></ul>", "- One\n\n- Inner"),
        ("<pre>def f():\n    pass</pre>", "def f():\n    pass"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc"),
        ("&lt;p&gt; &amp;amp; &#128512; 春 שלום", "<p> &amp; 😀 春 שלום"),
        ("<!-- no --><script>var a = '<p>no</p>'</script><style>p{}</style>Yes", "Yes"),
        (
            "<head><title>No</title></head><body>Yes<figure><figcaption>No</figcaption></figure>",
            "Yes",
        ),
        ('<a href="x" title="a > b">link</a> on', "link on"),
        ("<![CDATA[1 < 2 & 3]]> ok", "1 < 2 & 3 ok"),
        ("1 < 2 and 3 > 2, a<b", "1 < 2 and 3 > 2, a<b"),
        ("Words before <p class='never closed", "Words before <p class='never closed"),
        ("</p></div>Stray ends</b>", "Stray ends"),
        ("<p>One</b></p></p>Two", "One\n\nTwo"),
        ("<SCRIPT>no</SCRIPT><P>Yes</P>", "Yes"),
        ("<title>unclosed <p>still here</p>", "unclosed\n\nstill here"),
    ],
)
def test_pages_become_plain_text(page: str, text: str):
    assert words(page) == text


def test_elements_are_found_by_tag_and_class_with_decoded_attributes():
    tree = parse(
        '<section class="a e-content"><a HREF="x?a=1&amp;b=2" data-n=\'"q"\'>y</a></section>'
    )
    link = tree.first("a")
    assert tree.first("section", "e-content") is not None
    assert tree.first("section", "content") is None
    assert link is not None
    assert link.attributes == {"href": "x?a=1&b=2", "data-n": '"q"'}


def test_classes_that_are_no_words_of_the_author_are_skipped():
    tree = parse('<p>Mine</p><div class="x widget"><p>Subscribe</p></div><p>Mine too</p>')
    assert text_of(tree, skip=frozenset({"widget"})) == "Mine\n\nMine too"


def test_thousands_of_open_elements_are_no_trouble():
    assert words("<div>" * 20_000 + "deep") == "deep"


PIECES = st.sampled_from(
    ["<", ">", "</", "<p>", "</p>", "<ul>", "<li>", "<a href='", '"', "'", "<!--", "-->",
     "<![CDATA[", "]]>", "<script>", "</script>", "<title>", "<pre>", "<br/>", "&amp;", "&#x1F600;",
     "word ", "\n"]
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=80) | st.lists(PIECES, max_size=40).map("".join))
def test_any_page_is_read_without_an_error(page: str):
    text = words(page)
    assert text == text.strip()


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="abc 春שé🌱.,", min_size=1))
def test_no_word_of_a_paragraph_is_lost(text: str):
    assert words(f"<html><body><p>{text}</p></body></html>").split() == text.split()
