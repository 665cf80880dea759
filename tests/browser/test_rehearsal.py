"""`python -m voicetune rehearse openai` opens the app with OpenAI played on this computer."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import ROOT, App, free_port, stop, wait
from tests.browser.look import click, settled, take_pictures, visit
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import open_workspace
from voicetune.workspace.runs import list_runs

SOON = 30_000


@pytest.fixture
def rehearsal(tmp_path: Path, browser: Browser) -> Iterator[tuple[App, int, str]]:
    """The app as the command starts it, a voice in its workspace, and the workspace's address."""
    home = tmp_path / "home"
    home.mkdir()
    database = f"sqlite:///{home / 'workspace.db'}"
    ws = open_workspace(database)
    voice = add_sample(ws, "hiring_manager")
    ws.close()
    port, log = free_port(), home / "app.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "voicetune", "rehearse", "openai"),
                *("--no-browser", "--port", str(port)),
            ],
            cwd=ROOT,
            env={**os.environ, "VOICETUNE_HOME": str(home), "OPENAI_API_KEY": ""},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    app = App(f"http://127.0.0.1:{port}", home, process, log)
    try:
        wait(app)
        yield app, voice, database
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the command's own process and the app's
        stop(process)


def test_a_paid_place_is_walked_through_from_the_choice_to_its_first_figures(
    rehearsal: tuple[App, int, str], page: Page
) -> None:
    app, voice, database = rehearsal
    assert "OpenAI is played on this computer" in app.log.read_text()
    visit(page, app.at(f"/train?voice={voice}&place=openai"))
    expect(page.get_by_text("OpenAI is only played here.")).to_be_visible()
    click(page.get_by_role("button", name="Rehearse the training"))
    click(page.get_by_role("button", name="Start training"))
    expect(page.get_by_text("These figures are made up")).to_be_visible(timeout=60_000)
    settled(page)
    take_pictures(page, "rehearsal progress")
    ws = open_workspace(database)
    (run,) = list_runs(ws)
    ws.close()
    assert run.rehearsal
    click(page.get_by_role("button", name="End the rehearsal"))
    expect(page.get_by_text("OpenAI is only played here.")).to_have_count(0, timeout=SOON)
    # Ended or not, what was rehearsed stays marked.
    expect(page.get_by_text("These figures are made up").first).to_be_visible(timeout=SOON)
