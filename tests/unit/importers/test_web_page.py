"""Saved pages by themselves: LinkedIn's and Medium's articles, any other page."""

import io
from datetime import UTC, datetime

from tests.unit.importers.linkedin_files import ARTICLE
from tests.unit.importers.test_blogs import MEDIUM
from voicetune.importers.candidate import Candidate
from voicetune.importers.recognition import read

PAGE = """<!DOCTYPE html><html><head><title>My page</title></head><body><nav>Home About</nav>
<header>The site</header><main><article><time datetime="2022-03-04">4 March</time>
<h2>A part</h2><p>Words of mine on a page.</p><aside>Buy this</aside></article></main>
<footer>Imprint</footer></body></html>"""


def only(name: str, page: str) -> Candidate:
    found = read(name, io.BytesIO(page.encode()))
    assert (found.kind, found.refusals) == ("web-page", [])
    (candidate,) = found.candidates
    return candidate


def test_an_article_of_linkedin_by_itself():
    article = only("why-we-hire-slowly.html", ARTICLE)
    assert (article.kind, article.title) == ("linkedin-article", "Why we hire slowly")
    assert article.written_on == datetime(2021, 3, 2, 8, 15, tzinfo=UTC)


def test_a_post_of_medium_by_itself():
    post = only("2020-02-03_On-waiting-0a1b2c3d4e5f.html", MEDIUM.replace("{more}", "the rain "))
    assert (post.kind, post.title) == ("medium-post", "On waiting")


def test_any_other_page_gives_the_words_of_its_article():
    page = only("page.htm", PAGE)
    assert page.text == "4 March\n\nA part\n\nWords of mine on a page."
    assert (page.title, page.written_on) == ("My page", datetime(2022, 3, 4, tzinfo=UTC))
