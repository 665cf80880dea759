"""The Coach in a real browser: private pieces previewed, replaced, listed, kept as one's own."""

import json

from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.look import click, settled, take_pictures
from tests.browser.test_examples import begin, drop

ANSWERS = (
    "Write to maya.okafor@fernhouse.org if it sulks, and she will come by within the week.",
    "I asked Priya Natarajan, who has grown them for years. She plants them by the north wall.",
    "My own name is Maya Okafor, and I have lost more roses to shade than to any frost.",
    "Call me on +44 20 7946 0958 before noon, or find me by the gate with the barrow.",
)


def bring_in(page: Page, app: App) -> None:
    """Begins a voice with twelve examples, four of which name somebody."""
    begin(page, app, "Roses")
    lines = []
    for number in range(12):
        answer = f"Rose number {number} wants sun in the morning and shade after lunch."
        if number < len(ANSWERS):
            answer += f" {ANSWERS[number]}"
        turns = [("user", f"Where does rose {number} go, and why?"), ("assistant", answer)]
        lines.append(json.dumps({"messages": [{"role": r, "content": c} for r, c in turns]}))
    file = {"name": "roses.jsonl", "mimeType": "", "buffer": "\n".join(lines).encode()}
    drop(page, file)
    click(page.get_by_role("button", name="Add 12 examples"))
    expect(page.get_by_text("12 examples", exact=True)).to_be_visible()
    settled(page)


def test_what_is_private_is_previewed_replaced_and_put_back(app: App, page: Page) -> None:
    bring_in(page, app)
    click(page.get_by_test_id("stButtonGroup").get_by_text("Coach", exact=True))
    expect(page.get_by_test_id("stMetric")).to_be_visible()
    settled(page)
    take_pictures(page, "coach-12")
    click(page.locator(".st-key-coach_private-email").get_by_role("button", name="Replace"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 piece in 1 example.")).to_be_visible()
    expect(dialog.get_by_text("maya.okafor@fernhouse.org")).to_be_visible()
    expect(dialog.get_by_text("[EMAIL_1]")).to_be_visible()
    settled(page)
    take_pictures(page, "coach-preview")
    click(dialog.get_by_role("button", name="Replace 1 piece"))
    expect(dialog).to_have_count(0)
    expect(page.locator(".st-key-coach_private-email")).to_have_count(0)
    click(page.get_by_text("What was replaced (1)"))
    expect(page.get_by_role("button", name="Put everything back")).to_be_visible()
    settled(page)
    take_pictures(page, "coach-replaced")
    click(page.get_by_role("button", name="Put everything back"))
    expect(page.locator(".st-key-coach_private-email")).to_be_visible()


def test_ones_own_name_is_no_longer_somebodys(app: App, page: Page) -> None:
    bring_in(page, app)
    click(page.get_by_test_id("stButtonGroup").get_by_text("Coach", exact=True))
    names = page.locator(".st-key-coach_private-name")
    expect(names.get_by_text("2 examples")).to_be_visible()
    click(names.get_by_role("button", name="Some of these are mine"))
    yours = page.get_by_test_id("stPopoverBody")
    expect(yours.get_by_role("button", name="Maya Okafor")).to_be_visible()
    click(yours.get_by_role("button", name="Maya Okafor"))
    expect(names.get_by_text("2 examples")).to_have_count(0)
    expect(names.get_by_text("There is somebody's name in it")).to_be_visible()
    expect(names.get_by_text("Priya Natarajan")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="What is yours (1)")).to_be_visible()
    settled(page)
    take_pictures(page, "coach-mine-chosen")
