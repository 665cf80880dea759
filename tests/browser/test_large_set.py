"""The Examples room with a set too large to be read at once: the coach works beside the page.

How long it takes with 10,000 is measured by `python -m benchmarks.edit_on_screen`.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import App, running_app
from tests.browser.look import click, settled, take_pictures, visit
from voicetune.examples.example import Example
from voicetune.workspace.database import open_workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples

PATIENCE = 120_000
SIZE = 10_000
MAIL = "maya.okafor@fernhouse.org"
SAID = "mail address in it"


def example(number: int) -> Example:
    one, two, three, four = (f"{letter}{number:05d}" for letter in "klmn")
    question = f"{one} or {two}?"
    answer = f"Before noon we paint {three}, then {one} asks {four} why {two} was late again."
    return Example(
        [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    )


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[App]:
    """An app with one large voice."""
    home = tmp_path_factory.mktemp("large") / "home"
    home.mkdir()
    ws = open_workspace(f"sqlite:///{home / 'workspace.db'}")
    dataset_id = create_dataset(ws, "Large")
    add_examples(ws, dataset_id, [example(number) for number in range(SIZE)], "Add")
    ws.close()
    with running_app(home) as app:
        yield app


def choose_view(page: Page, name: str) -> None:
    click(page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True))


def test_the_page_stays_usable_while_the_coach_looks_and_an_edit_is_rechecked_at_once(
    app: App, page: Page
) -> None:
    page.goto(app.at("/examples?voice=1&show=coach"))
    expect(page.get_by_text("You can go on working meanwhile")).to_be_visible(timeout=PATIENCE)
    bar = page.get_by_test_id("stProgress")
    expect(bar).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("You stopped the coach.")).to_be_visible(timeout=PATIENCE)
    take_pictures(page, "coach-large-stopped")
    click(page.get_by_role("button", name="Go on"))
    expect(bar).to_be_visible()
    choose_view(page, "Examples")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible(timeout=PATIENCE)
    visit(page, app.at("/examples?voice=1&show=coach"))
    expect(page.get_by_test_id("stMetric")).to_be_visible(timeout=PATIENCE)
    settled(page)
    take_pictures(page, "coach-large")

    visit(page, app.at("/examples?voice=1&example=7"))
    answer = page.get_by_label("Answer", exact=True)
    expect(answer).to_have_value(example(6).answer)
    expect(page.get_by_text(SAID)).to_have_count(0)
    answer.fill(f"{example(6).answer} Write to {MAIL} about it.")
    answer.press("Control+Enter")
    expect(page.get_by_text(SAID)).to_be_visible()
    expect(page.locator("td", has_text="E-mail address")).to_be_attached()
    take_pictures(page, "examples-large-edited")
    answer.fill(example(6).answer)
    answer.press("Control+Enter")
    expect(page.get_by_text(SAID)).to_have_count(0)
    expect(page.locator("td", has_text="E-mail address")).to_have_count(0)
    expect(page.get_by_text("is from before.")).to_have_count(0, timeout=PATIENCE)
