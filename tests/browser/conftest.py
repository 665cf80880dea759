"""Browser tests: real Chromium, the real app, nothing but this machine.

`app` is a running app that the tests of one file share; `page` is a fresh browser page that fails
its test on a console error and on any request that leaves 127.0.0.1. Chromium missing: skipped,
but a failure where CI=true.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.app import App, running_app

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOME = "127.0.0.1"
PATIENCE = 30_000
"""Milliseconds until something expected on a page counts as missing: two test processes and two
Chromiums share the cores, and how fast a page answers is measured in benchmarks/, not here."""
PROBES = ("/_stcore/health", "/_stcore/host-config")
"""On a deep link Streamlit's page first looks for its server below the path, and hears 404."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def find_chromium() -> str | None:
    """Returns the path of the Chromium on this machine, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        reason = f"no Chromium found (looked for {', '.join(NAMES)})"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        expect.set_options(timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("browser") / "home") as app:
        yield app


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        color_scheme="light",
        accept_downloads=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    problems: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        address = str(message.location.get("url"))
        probing = address.endswith(PROBES) and "404" in message.text
        if message.type == "error" and not probing:
            problems.append(f"console error: {message.text} ({address})")

    def asked(url: str) -> None:
        address = urlsplit(url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != HOME:
            problems.append(f"a request left this machine: {url}")

    context.on("console", heard)
    context.on("weberror", lambda error: problems.append(f"script error: {error.error}"))
    context.on("request", lambda request: asked(request.url))
    page.on("websocket", lambda socket: asked(socket.url))
    yield page
    context.close()
    assert problems == []
