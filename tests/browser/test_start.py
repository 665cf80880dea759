from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.look import click, settled, take_pictures, visit


def test_deep_links_work_cold(app: App, page: Page) -> None:
    for path, title in (
        ("/train", "Train"),
        ("/progress", "Progress"),
        ("/compare", "Compare"),
        ("/examples", "Examples"),
        ("/?show=glossary#loss", "Glossary"),
    ):
        visit(page, app.at(path))
        expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        expect(page.get_by_text("Page not found")).to_have_count(0)


def test_first_visit_offers_a_sample_voice(app: App, page: Page) -> None:
    visit(page, app.at("/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Teach a model to write like you")
    take_pictures(page, "start-first-visit")
    click(page.get_by_role("button", name="Try it with this sample voice").first)
    page.wait_for_url("**/examples?voice=1")
    settled(page)
    visit(page, app.at("/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your voices")
    expect(page.get_by_text("120 examples. Ready to train.")).to_be_visible()
    take_pictures(page, "start-with-a-voice")
    click(page.get_by_role("button", name="Train this voice"))
    page.wait_for_url("**/train?voice=1")
    expect(page.get_by_role("heading", name="Train", exact=True, level=1)).to_be_visible()


def test_a_name_full_of_markup_is_shown_letter_for_letter(app: App, page: Page) -> None:
    name = "**Bold** $x$ <b>h</b> :red[red] [a](b) :smile: a->b 🌱 שלום"
    visit(page, app.at("/"))
    click(page.get_by_text("Begin another voice"))
    page.get_by_label("What shall it be called?").fill(name)
    click(page.get_by_role("button", name="Begin an empty voice"))
    page.wait_for_url("**/examples?voice=*")
    visit(page, app.at("/"))
    headings = page.get_by_role("heading", level=3)
    assert name in [text.replace("\u2060", "") for text in headings.all_inner_texts()]
    take_pictures(page, "start-two-voices")


def test_every_view_of_start_can_be_looked_at(app: App, page: Page) -> None:
    visit(page, app.at("/?show=advice"))
    for answer in ("My voice and the facts", "Every week", "100 to 499", "Most days"):
        click(page.get_by_role("radio", name=answer))
        settled(page)
    expect(page.get_by_text("Both: tune for the voice, look up the facts")).to_be_visible()
    take_pictures(page, "start-advice")
    for topic in ("models", "data", "good", "steps", "time", "cost", "loss"):
        visit(page, app.at(f"/?show=how&topic={topic}"))
        expect(page.get_by_role("heading", name="How it works", level=1)).to_be_visible()
        take_pictures(page, f"start-how-{topic}")
    visit(page, app.at("/?show=glossary"))
    take_pictures(page, "start-glossary")


def test_a_voice_can_be_renamed_and_deleted(app: App, page: Page) -> None:
    visit(page, app.at("/"))
    click(page.get_by_text("Begin another voice"))
    click(page.get_by_role("button", name="Try it with this sample voice").last)
    page.wait_for_url("**/examples?voice=*")
    visit(page, app.at("/"))
    click(page.get_by_role("button", name="More").first)
    click(page.get_by_text("Rename", exact=True))
    page.get_by_label("Name", exact=True).fill("Greenhouse notes")
    click(page.get_by_role("dialog").get_by_role("button", name="Rename"))
    heading = page.get_by_role("heading", name="Greenhouse notes")
    expect(heading).to_be_visible()
    click(page.get_by_role("button", name="More").first)
    click(page.get_by_text("Delete", exact=True))
    expect(page.get_by_role("dialog")).to_contain_text("90 examples")
    click(page.get_by_role("button", name="Delete for good"))
    expect(heading).to_have_count(0)
