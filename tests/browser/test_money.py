"""A launch above the budget in Chromium, at a paid place that a stand-in plays."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import App, running_app
from tests.browser.look import click, settled, take_pictures, visit
from tests.stand_in import KEY, StandIn, running_stand_in
from tests.ui.test_own_provider import HABITS, profile_at
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import open_workspace
from voicetune.workspace.money import Budget, set_budget


@dataclass
class Shop:
    """A running app with a place that charges, and a voice with a budget of ten cents."""

    app: App
    place: StandIn
    voice: int


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Shop]:
    home = tmp_path_factory.mktemp("money") / "home"
    home.mkdir(parents=True)
    ws = open_workspace(f"sqlite:///{home / 'workspace.db'}")
    voice = add_sample(ws, "hiring_manager")
    set_budget(ws, voice, Budget(Decimal("0.10"), "EUR"))
    ws.close()
    with running_stand_in(HABITS) as place:
        file = home / "providers.json"
        file.write_text(json.dumps({"providers": [profile_at(place.base_url)]}), "utf-8")
        with running_app(home, VILLAGE_KEY=KEY) as app:
            yield Shop(app, place, voice)


def fits(page: Page) -> bool:
    main = page.evaluate_handle("() => document.querySelector('[data-testid=stMain]')")
    return bool(page.evaluate("m => m.scrollWidth <= m.clientWidth", main))


@pytest.mark.parametrize("view", ["train", "costs"])
def test_the_places_and_the_costs_fit_a_phone(shop: Shop, page: Page, view: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, shop.app.at(f"/train?voice={shop.voice}&view={view}"))
    assert fits(page)
    if view == "train":
        click(page.get_by_text("Train elsewhere"))
        expect(page.get_by_text("Together AI")).to_be_visible()
        settled(page)
        assert fits(page)
    else:
        expect(page.locator(".js-plotly-plot")).to_be_visible()
    take_pictures(page, f"money-{view}")


def test_above_the_budget_the_amount_is_typed_before_anything_is_sent(
    shop: Shop, page: Page
) -> None:
    visit(page, shop.app.at(f"/train?voice={shop.voice}&place=village"))
    click(page.locator(".st-key-train button"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Above your budget")).to_be_visible()
    start = dialog.get_by_role("button", name="Start training")
    expect(start).to_be_disabled()
    take_pictures(page, "money-above-budget")
    typed = dialog.get_by_label("Type €0.17 to start all the same")
    typed.fill("0.10")
    typed.press("Enter")
    expect(start).to_be_disabled()
    assert shop.place.jobs == {}
    typed.fill("0.17")
    typed.press("Enter")
    expect(start).to_be_enabled()
    click(start)
    expect(page.get_by_role("heading", name="Progress")).to_be_visible(timeout=20_000)
    settled(page)
    assert len(shop.place.jobs) == 1
    shop.place.finish("ftjob-1", trained_tokens=57_000)
    expect(page.get_by_text("Billed:")).to_be_visible(timeout=20_000)
    settled(page)
    take_pictures(page, "money-billed")
