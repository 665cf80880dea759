"""The Examples room in a real browser: a file dropped, mended, edited, reloaded, undone."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.look import click, settled, take_pictures, visit

FLAWED = Path(__file__).resolve().parents[2] / "data" / "samples" / "flawed.jsonl"
ROW = 35


def begin(page: Page, app: App, name: str) -> None:
    """Begins an empty voice and waits for the Examples room."""
    visit(page, app.at("/"))
    if page.get_by_text("Begin another voice").count():
        click(page.get_by_text("Begin another voice"))
    page.get_by_label("What shall it be called?").fill(name)
    click(page.get_by_role("button", name="Begin an empty voice"))
    expect(page.get_by_role("heading", name="Where are your texts?")).to_be_visible()
    settled(page)


def drop(page: Page, file: Path | dict[str, object]) -> None:
    """Gives the page a file; until it is read, what is said of it may stand there twice."""
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]


def click_row(page: Page, row: int) -> None:
    """Clicks on the question in a row of the list (from 1), as a hand does: it gets there first.

    The grid takes no clicks until it has drawn itself with the mouse above it.
    """
    settled(page)
    canvas = page.get_by_test_id("stDataFrame").locator("canvas").first
    expect(page.locator("td#glide-cell-1-0")).to_be_attached()
    page.evaluate("() => document.querySelector('[data-testid=stDataFrame]').scrollIntoView()")
    box = canvas.bounding_box()
    assert box is not None
    at = (box["x"] + 200, box["y"] + ROW * row + ROW / 2)
    page.mouse.move(*at)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    page.mouse.click(*at)


def test_a_flawed_file_is_read_mended_edited_and_undone(app: App, page: Page) -> None:
    begin(page, app, "Dropped")
    take_pictures(page, "examples-empty")
    drop(page, FLAWED)
    expect(page.get_by_text("39 examples in the chat format").first).to_be_visible()
    curly = page.get_by_text("There are curly quotes from a word processor in line 36")
    expect(curly.first).to_be_visible()
    take_pictures(page, "examples-preview")
    click(page.get_by_role("button", name="Add 39 examples"))
    expect(page.get_by_text("15 examples cannot be trained on as they are.")).to_be_visible()
    settled(page)
    take_pictures(page, "examples-list")

    click(page.get_by_role("button", name="See what is wrong"))
    expect(page.get_by_role("heading", name="Errors")).to_be_visible()
    take_pictures(page, "examples-findings")
    click(page.get_by_role("button", name="Drop the last question"))
    expect(page.get_by_text("14 examples cannot be trained on as they are.")).to_be_visible()
    click(page.get_by_role("button", name="Undo"))
    expect(page.get_by_text("15 examples cannot be trained on as they are.")).to_be_visible()

    click(page.get_by_test_id("stButtonGroup").get_by_text("Examples", exact=True))
    click_row(page, 3)
    expect(page.get_by_role("heading", name="Example 3 of 39")).to_be_visible()
    click(page.get_by_role("button", name="Rename the role to assistant"))
    expect(page.get_by_text("14 examples cannot be trained on as they are.")).to_be_visible()
    settled(page)
    answer = page.get_by_label("Answer", exact=True)
    answer.fill("My own words.\n\n**Not bold**, $5, <b>not html</b>.")
    answer.press("Control+Enter")
    expect(page.locator("td", has_text="My own words.")).to_be_attached()
    expect(page.locator("p", has_text=re.compile("Saved$")).first).to_be_visible()
    settled(page)
    take_pictures(page, "examples-editor")

    page.reload()
    settled(page)
    expect(page.get_by_role("heading", name="Example 3 of 39")).to_be_visible()
    expect(page.get_by_role("button", name="Add a turn")).to_be_visible()
    settled(page)
    answer = page.get_by_label("Answer", exact=True)
    expect(answer).to_have_value("My own words.\n\n**Not bold**, $5, <b>not html</b>.")
    click(page.get_by_role("button", name="Undo"))
    expect(page.get_by_text("Undone:")).to_be_visible()
    settled(page)  # until then the fields of before stand beside the new ones
    expect(answer).to_have_value(re.compile("^A decent selfie beats a bad studio portrait"))
    click(page.get_by_role("button", name="Redo"))
    expect(page.get_by_text("Done again:")).to_be_visible()
    settled(page)
    expect(answer).to_have_value("My own words.\n\n**Not bold**, $5, <b>not html</b>.")


def test_words_being_typed_are_never_lost(app: App, page: Page) -> None:
    visit(page, app.at("/"))
    click(page.get_by_text("Begin another voice"))
    click(page.get_by_role("button", name="Try it with this sample voice").first)
    page.wait_for_url("**/examples?voice=*")
    settled(page)
    click_row(page, 2)
    answer = page.get_by_label("Answer", exact=True)
    click(answer)
    page.keyboard.press("Control+End")
    page.keyboard.type(" Not now, never.")  # n and p are the keys for next and previous
    expect(page.get_by_role("heading", name="Example 2 of 120")).to_be_visible()
    click_row(page, 4)
    expect(page.get_by_role("heading", name="Example 4 of 120")).to_be_visible()
    settled(page)
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Example 3 of 120")).to_be_visible()
    settled(page)
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Example 2 of 120")).to_be_visible()
    settled(page)
    assert answer.input_value().endswith(" Not now, never.")


def test_a_table_comes_in_by_the_columns_a_person_confirms(app: App, page: Page) -> None:
    begin(page, app, "Table")
    table = "Day;Thema;Beitrag\n" + "\n".join(
        f"2026-01-{day:02};Frage {day}?;Antwort {day}: schön, ja?" for day in range(1, 13)
    )
    drop(page, {"name": "beiträge.csv", "mimeType": "text/csv", "buffer": table.encode()})
    expect(page.get_by_text("This is a table with 3 columns and 12 rows.").first).to_be_visible()
    settled(page)
    take_pictures(page, "examples-columns")
    for label, column in (
        ("Column with the questions", "Thema"),
        ("Column with the answers", "Beitrag"),
        ("Column with the day it was written", "Day"),
    ):
        click(page.get_by_label(label))
        click(page.get_by_role("option", name=column, exact=True))
        settled(page)
    expect(page.get_by_text("Antwort 3: schön, ja?")).to_be_visible()
    click(page.get_by_role("button", name="Add 12 examples"))
    expect(page.get_by_text("Ready to train.")).to_be_visible()
    expect(page.get_by_text("11 examples to train on, 1 kept apart")).to_be_visible()
    settled(page)
    expect(page.get_by_text("The coach reads your examples.")).to_have_count(0)
    expect(page.get_by_text("Comparing your examples")).to_have_count(0)
    click(page.get_by_test_id("stButtonGroup").get_by_text("Whole set"))
    click(page.get_by_role("radio", name="The newest"))
    expect(page.get_by_text("Split anew.")).to_be_visible()
    settled(page)
    take_pictures(page, "examples-whole-set")
