"""Figure: an edit among 10,000 examples, until its re-checked finding is on the screen.

`python -m benchmarks.edit_on_screen [--examples 10000] [--edits 9]`

The real app in a process of its own, driven in headless Chromium. The coach has looked at the whole
set. One example is open; its answer is typed anew with an e-mail address in it, or without, in
turn. The clock runs in the page, from the moment the field is left (Ctrl+Enter) until what the
coach says of the address is drawn, or gone. Between two edits it waits until the set is compared
again, but for the last round of as many edits, which are made while the coach works.
"""

import argparse
import os
import platform
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.checks_and_tokens import make_examples
from tests.browser.app import App, running_app
from tests.browser.conftest import FLAGS, find_chromium
from tests.browser.look import settled
from voicetune.examples.example import Example
from voicetune.workspace.database import open_workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples

TARGET = 300.0
"""Milliseconds."""
PATIENCE = 400_000
SAID = "mail address in it"
_CLOCK = """
(said) => {
  window.took = null;
  const shown = () => document.body.innerText.includes(said);
  const before = shown();
  const left = (event) => {
    if (event.key !== "Enter") return;
    document.removeEventListener("keydown", left, true);
    const start = performance.now();
    const watch = () => {
      if (shown() !== before) window.took = performance.now() - start;
      else requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
  };
  document.addEventListener("keydown", left, true);
}
"""


def fill(home: Path, size: int) -> int:
    """Makes a workspace with a set of this size; returns the set's id."""
    home.mkdir(parents=True)
    ws = open_workspace(f"sqlite:///{home / 'workspace.db'}")
    dataset_id = create_dataset(ws, f"{size:,} examples")
    add_examples(ws, dataset_id, [Example(e["messages"]) for e in make_examples(size)], "Add")
    ws.close()
    return dataset_id


def compared(page: Page) -> None:
    """Waits until nothing is being looked at."""
    expect(page.get_by_text("is from before.")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_text("The coach reads your examples.")).to_have_count(0, timeout=PATIENCE)
    settled(page)


def open_first(page: Page, app: App, voice: int) -> None:
    """Has the coach look at the set, then opens its first example."""
    page.goto(app.at(f"/examples?voice={voice}&show=coach"))
    expect(page.get_by_test_id("stMetric")).to_be_visible(timeout=PATIENCE)
    page.goto(app.at(f"/examples?voice={voice}&example=1"))
    expect(page.get_by_label("Answer", exact=True)).to_be_visible(timeout=PATIENCE)
    compared(page)


def timed(page: Page, text: str) -> float:
    """Makes one edit; returns the milliseconds until its finding is there, or gone."""
    answer = page.get_by_label("Answer", exact=True)
    answer.fill(text)
    page.evaluate(_CLOCK, SAID)
    answer.press("Control+Enter")
    page.wait_for_function("() => window.took !== null", timeout=PATIENCE)
    took: float = page.evaluate("() => window.took")
    return took


def main() -> None:
    """Prints the medians and the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.edit_on_screen")
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--edits", type=int, default=9)
    arguments = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("no Chromium found")
    rounds: dict[str, list[float]] = {"at rest": [], "while the coach works": []}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        voice = fill(home, arguments.examples)
        with running_app(home) as app:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            open_first(page, app, voice)
            for name, took in rounds.items():
                for number in range(arguments.edits + arguments.edits % 2):
                    where = " Write to maya.okafor@fernhouse.org if it sulks." * (number % 2 == 0)
                    took.append(timed(page, f"Roses want sun, edit {number}, {name}.{where}"))
                    if name == "at rest":
                        compared(page)
                    else:
                        settled(page)
            browser.close()
    for name, took in rounds.items():
        median = statistics.median(took)
        verdict = "under" if median < TARGET else "not under"
        print(
            f"{name}: median of {len(took)} {median:.0f} ms ({min(took):.0f} to {max(took):.0f}), "
            f"{verdict} {TARGET:.0f} ms"
        )
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}{load}")


if __name__ == "__main__":
    main()
