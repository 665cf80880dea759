from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.look import settled, take_pictures, visit


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
    page.get_by_role("button", name="Try it with this sample voice").first.click()
    page.wait_for_url("**/examples?voice=1")
    settled(page)
    visit(page, app.at("/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your voices")
    expect(page.get_by_text("120 examples. Ready to train.")).to_be_visible()
    take_pictures(page, "start-with-a-voice")
    page.get_by_role("button", name="Train this voice").click()
    page.wait_for_url("**/train?voice=1")
    expect(page.get_by_role("heading", name="Train", exact=True, level=1)).to_be_visible()


def test_every_view_of_start_can_be_looked_at(app: App, page: Page) -> None:
    visit(page, app.at("/?show=advice"))
    for answer in ("My voice and the facts", "Every week", "100 to 499", "Most days"):
        page.get_by_test_id("stButtonGroup").get_by_text(answer, exact=True).click()
        settled(page)
    expect(page.get_by_text("Both: tune for the voice, look up the facts")).to_be_visible()
    take_pictures(page, "start-advice")
    for topic in ("models", "data", "good", "steps", "time", "cost", "loss"):
        visit(page, app.at(f"/?show=how&topic={topic}"))
        expect(page.get_by_role("heading", name="How it works", level=1)).to_be_visible()
        take_pictures(page, f"start-how-{topic}")
    visit(page, app.at("/?show=glossary"))
    take_pictures(page, "start-glossary")
    visit(page, app.at("/compare"))
    take_pictures(page, "compare-stub")
