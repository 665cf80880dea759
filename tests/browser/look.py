"""Waiting for pages and taking their pictures."""

import os
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

WIDTHS = {"desktop": 1440, "phone": 390}
HEIGHTS = {"desktop": 900, "phone": 844}
TALLEST = 6000
AT_REST = """() => document.getAnimations().every(
    each => each.playState !== 'running' || each.effect.getComputedTiming().endTime === Infinity
)"""
"""Nothing moves but what always does, such as a spinner."""


def settled(page: Page) -> None:
    """Waits until the page's script has run to its end, and what opens or closes has done so."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)
    page.wait_for_function(AT_REST, timeout=30_000)


def click(target: Locator) -> None:
    """Clicks once it is there and the page has come to rest, as people do.

    A click while the page is drawn anew may fall on what is about to be replaced, and one on what
    is just being unfolded comes to nothing, once in ten times on a busy machine.
    """
    settled(target.page)
    expect(target).to_be_visible(timeout=30_000)
    settled(target.page)
    target.click()


def visit(page: Page, address: str) -> None:
    """Opens an address and waits for the page."""
    page.goto(address)
    settled(page)


def take_pictures(page: Page, name: str) -> None:
    """Takes the page as it is, whole, at 1440 and 390 pixels in light and dark.

    Into the folder VOICETUNE_SCREENSHOTS, as NAME-desktop-light.png and so on; does nothing where
    that is not set.
    """
    folder = os.environ.get("VOICETUNE_SCREENSHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for device, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": HEIGHTS[device]})
            page.wait_for_timeout(300)
            tall = page.evaluate(
                "() => { const m = document.querySelector('[data-testid=stMain]');"
                " return m ? m.scrollHeight : 0 }"
            )
            height = min(max(HEIGHTS[device], tall), TALLEST)
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(500)
            page.screenshot(path=Path(folder) / f"{_slug(name)}-{device}-{scheme}.png")
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
