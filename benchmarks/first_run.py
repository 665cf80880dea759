"""Figure (e): from nothing to a first page, and from a click on Train to a finished model.

`python -m benchmarks.first_run [--rounds 3]`

Each round starts the app in an empty home, opens it in headless Chromium, takes the sample voice of
the hiring manager and trains the starter model with every setting as recommended, the way a person
would. The reference is the promise: a finished first run in under three minutes on two cores.
Needs what the tests need (requirements-dev.txt and Chromium).
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.app import running_app
from tests.browser.conftest import FLAGS, find_chromium

PROMISE_SECONDS = 180.0
PATIENCE_MS = 900_000


def first_run(browser: Browser, home: Path) -> tuple[float, float]:
    """Returns (seconds to a usable first page, seconds from Train to a finished run)."""
    began = time.perf_counter()
    with running_app(home) as app:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(app.url)
        sample = page.locator(".st-key-try_hiring_manager button")
        expect(sample).to_be_enabled(timeout=PATIENCE_MS)
        usable = time.perf_counter() - began
        sample.click()
        page.wait_for_url("**/examples**")
        page.get_by_role("link", name="Train").first.click()
        page.locator(".st-key-train button").click(timeout=PATIENCE_MS)
        pressed = time.perf_counter()
        page.locator(".st-key-start_training button").click()
        expect(page.locator(".st-key-stage")).to_contain_text("Finished", timeout=PATIENCE_MS)
        finished = time.perf_counter() - pressed
        page.close()
    return usable, finished


def main() -> None:
    """Runs the rounds and prints both figures, with the ratio to the promise."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_run")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        parser.error("Chromium is needed and was not found.")
    rounds = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for number in range(arguments.rounds):
            usable, finished = first_run(browser, Path(folder) / str(number))
            print(f"round {number + 1}: first page {usable:.1f} s, first run {finished:.1f} s")
            rounds.append((usable, finished))
        browser.close()
    usable, finished = (statistics.median(values) for values in zip(*rounds, strict=True))
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    print(f"first page {usable:.1f} s after the process was started")
    print(
        f"first run finished {finished:.1f} s after the click on Train: "
        f"{finished / PROMISE_SECONDS:.2f} x the promise of {PROMISE_SECONDS:.0f} s"
    )


if __name__ == "__main__":
    main()
