"""Exports of Substack, Medium and WordPress."""

import io
from datetime import UTC, datetime

import pytest

from tests.unit.importers.zips import zipped
from voicetune.importers.candidate import Candidate
from voicetune.importers.recognition import Found, read

SUBSTACK = (
    "post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,"
    "podcast_url\n"
    "101.first-frost,2024-01-05T10:00:00.000Z,true,2024-01-05T10:01:00.000Z,,newsletter,everyone,"
    '"First frost, and after",Sub,\n'
    "102.not-yet,,FALSE,,,newsletter,everyone,Not yet,,\n"
)
LETTER = """<p>The greenhouse was white this morning.</p>
<div class="captioned-image-container"><figure><img src="x"><figcaption class="image-caption">A
photo</figcaption></figure></div>
<div class="subscription-widget-wrap"><div class="preamble"><p>Thanks for reading! Subscribe</p>
</div><form><input type="email"></form></div>
<p class="button-wrapper" data-attrs='{"text":"Share > more"}'><a class="button">Share</a></p>
<blockquote><p>Frost is a teacher.</p></blockquote><ol><li><p>Cover</p></li><li>Wait</li></ol>"""
MEDIUM = """<!DOCTYPE html><html><head><title>On waiting</title></head><body>
<article class="h-entry"><header><h1 class="p-name">On waiting</h1></header>
<section data-field="subtitle" class="p-summary">A summary of it</section>
<section data-field="body" class="e-content"><section><h3 class="graf--title">On waiting</h3>
<p class="graf">Plants teach patience, whatever {more}so.</p></section></section>
<footer><p>By <a class="p-author">Maya</a> on <a href="https://medium.com/p/abc"><time
class="dt-published" datetime="2020-02-03T04:05:06.000Z">February 3, 2020</time></a>.</p>
<p><a href="https://medium.com/@maya/on-waiting-abc" class="p-canonical">Canonical link</a></p>
<p>Exported from Medium on May 5, 2024.</p></footer></article></body></html>"""
WXR = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.4" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>My blog</title><wp:author><wp:author_login>maya</wp:author_login></wp:author>
{items}</channel></rss>"""


def wordpress(*items: str, encoding: str = "utf-8") -> Found:
    text = WXR.replace("{items}", "".join(items)).replace("UTF-8", encoding)
    return read("export.xml", io.BytesIO(text.encode(encoding)))


def item(content: str, *, kind: str = "post", status: str = "publish", title: str = "T") -> str:
    return (
        f"<item><title>{title}</title><link>https://blog.example/p</link>"
        "<pubDate>Mon, 05 Feb 2018 10:00:00 +0000</pubDate><dc:creator>maya</dc:creator>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded>"
        "<excerpt:encoded><![CDATA[An excerpt]]></excerpt:encoded>"
        "<wp:post_date_gmt><![CDATA[2018-02-05 09:30:00]]></wp:post_date_gmt>"
        f"<wp:status><![CDATA[{status}]]></wp:status><wp:post_type><![CDATA[{kind}]]>"
        "</wp:post_type><category domain='post_tag'><![CDATA[x]]></category></item>"
    )


def only(found: Found) -> Candidate:
    assert found.refusals == []
    (candidate,) = found.candidates
    return candidate


def test_substack_posts_come_with_title_and_day_and_without_buttons():
    found = read(
        "export.zip",
        zipped(
            {
                "posts.csv": SUBSTACK,
                "posts/101.first-frost.html": LETTER,
                "posts/102.not-yet.html": "<p>This is only half written so far</p>",
                "posts/101.first-frost.opens.csv": "email\nreader@example.org\n",
                "email_list.maya.csv": "email\nreader@example.org\n",
            }
        ),
    )
    first, draft = found.candidates
    assert found.kind == "substack"
    assert first.text == (
        "The greenhouse was white this morning.\n\nFrost is a teacher.\n\n1. Cover\n2. Wait"
    )
    assert (first.title, first.kind) == ("First frost, and after", "substack-post")
    assert first.written_on == datetime(2024, 1, 5, 10, tzinfo=UTC)
    assert (draft.left_out, draft.written_on) == ("draft", None)


def test_medium_posts_come_with_their_words_only():
    long = "the season brings, and I have learned to like it more each year, " * 5
    found = read(
        "medium.zip",
        zipped(
            {
                "README.html": "<p>Your export</p>",
                "posts/2020-02-03_On-waiting-0a1b2c3d4e5f.html": MEDIUM.replace("{more}", long),
                "posts/draft_Later-0a1b2c3d4e50.html": MEDIUM.replace("{more}", long),
                "posts/2020-03-04_I-agree-with-you-0a1b2c3d4e51.html": MEDIUM.replace(
                    "On waiting", "I agree with"
                ).replace("Plants teach patience", "I agree with you"),
                "claps/claps-0001.html": "<p>Somebody else's story</p>",
            }
        ),
    )
    assert found.kind == "medium"
    assert [c.left_out for c in found.candidates] == [None, "reply", "draft"]
    first = found.candidates[0]
    assert first.text == f"Plants teach patience, whatever {long}so."
    assert first.title == "On waiting"
    assert first.url == "https://medium.com/@maya/on-waiting-abc"
    assert first.written_on == datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_a_wordpress_post_in_blocks():
    content = (
        "<!-- wp:paragraph --><p>Frost &amp; fire, five words here.</p><!-- /wp:paragraph -->"
        "<!-- wp:list --><ul><li>One</li></ul><!-- /wp:list -->"
    )
    found = only(wordpress(item(content, title="Frost &amp;amp; fire")))
    assert found.text == "Frost & fire, five words here.\n\n- One"
    assert (found.title, found.kind) == ("Frost & fire", "wordpress-post")
    assert (found.url, found.where) == ("https://blog.example/p", "export.xml, item 1")
    assert found.written_on == datetime(2018, 2, 5, 9, 30, tzinfo=UTC)


def test_a_wordpress_post_of_the_older_editor_keeps_its_paragraphs():
    content = 'First <em>line</em>\nsecond line\n\n[caption id="1"]<img src="x">[/caption]Next one'
    assert only(wordpress(item(content))).text == "First line\nsecond line\n\nNext one"


def test_wordpress_drafts_are_left_out_and_media_passed_over():
    found = wordpress(
        item("An open draft of five words", status="draft"),
        item("A page of five words, too", kind="page"),
        item("", kind="attachment"),
        item("", kind="nav_menu_item"),
    )
    assert [(c.kind, c.left_out) for c in found.candidates] == [
        ("wordpress-post", "draft"),
        ("wordpress-page", None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_wordpress_exports_in_other_encodings(encoding: str):
    text = "Zürich is pretty in winter, too"
    assert only(wordpress(item(text), encoding=encoding)).text == text


def test_what_stands_before_a_break_in_the_xml_comes_in():
    found = wordpress(item("Five words before the break"), "<item><title>&oops</item>")
    assert [c.text for c in found.candidates] == ["Five words before the break"]
    assert [r.code for r in found.refusals] == ["not-xml"]


def test_control_characters_and_undeclared_entities_do_no_harm():
    found = wordpress(item("Five words\x0b and\x08 a few more", title="a&nbsp;b"))
    assert only(found).text == "Five words and a few more"


def test_entities_that_grow_are_refused():
    bomb = '<!DOCTYPE rss [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
    text = WXR.replace("{items}", item("x &b;")).replace("<!-- generator", bomb + "<!-- generator")
    found = read("export.xml", io.BytesIO(text.encode()))
    assert found.candidates == []
    assert "declares entities" in found.refusals[0].reason


def test_an_export_in_a_zip_is_read():
    text = WXR.replace("{items}", item("Five words in a ZIP archive"))
    found = read("blog.zip", zipped({"a/blog.wordpress.2024.xml": text}))
    assert only(found).text == "Five words in a ZIP archive"
