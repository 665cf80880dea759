"""A marked key goes through the whole journey and is found in no file, no log and no answer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, WebSocket, expect

from tests.browser.app import App, running_app
from tests.browser.look import click, settled, visit
from tests.stand_in import START, StandIn, running_stand_in
from voicetune.home import DATA
from voicetune.rehearsal.dialect import OPENAI
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import open_workspace
from voicetune.workspace.runs import list_runs

MARK = "MARKEDKEY7f3a91"
KEY = f"sk-proj-{MARK}-0123456789abcdef"
WRONG = f"sk-wrong-{MARK}-0123456789"
SOON = 20_000


@dataclass
class Heard:
    """All that the app sent to the browser, and every address that was asked for."""

    parts: list[bytes] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("response", self._response)
        page.on("request", lambda request: self.addresses.append(request.url))
        page.on("websocket", self._socket)

    def _response(self, response: Response) -> None:
        self.parts.append(json.dumps(response.headers).encode())
        # The body of a download is not there to be read; the saved file is looked at instead.
        saved = "attachment" in response.headers.get("content-disposition", "")
        if response.request.resource_type in ("document", "fetch", "xhr") and not saved:
            self.parts.append(response.body())

    def _socket(self, socket: WebSocket) -> None:
        self.addresses.append(socket.url)
        socket.on("framereceived", lambda frame: self.parts.append(_bytes(frame)))


def _bytes(frame: bytes | str) -> bytes:
    return frame if isinstance(frame, bytes) else frame.encode()


@dataclass
class Journey:
    """The app with a voice, and a stand-in at the address of OpenAI's profile."""

    app: App
    openai: StandIn
    voice: int
    database: str


@pytest.fixture
def journey(tmp_path: Path, browser: Browser) -> Iterator[Journey]:
    home = tmp_path / "home of the app"
    home.mkdir()
    database = f"sqlite:///{home / 'workspace.db'}"
    ws = open_workspace(database)
    voice = add_sample(ws, "hiring_manager")
    ws.close()
    shipped = json.loads((DATA / "providers.json").read_text("utf-8"))["providers"]
    (openai,) = [each for each in shipped if each["id"] == "openai"]
    with running_stand_in(OPENAI) as stand_in:
        stand_in.key = KEY
        stand_in.jobs["ftjob-0"] = {"id": "ftjob-0", "status": "succeeded", "created_at": START}
        # The last day of training is in the future whenever this test runs.
        own = {**openai, "base_url": stand_in.base_url, "closes_on": None, "closed_to": None}
        own |= {"serving_ends_on": None}
        (home / "providers.json").write_text(json.dumps({"providers": [own]}))
        with running_app(home, OPENAI_API_KEY="") as app:
            yield Journey(app, stand_in, voice, database)


def type_key(page: Page, key: str) -> None:
    field = page.locator(".st-key-key_openai input")
    field.fill(key)
    field.press("Enter")


def test_a_marked_key_is_found_nowhere(journey: Journey, page: Page, tmp_path: Path) -> None:
    place, heard = journey.openai, Heard()
    heard.listen(page)
    visit(page, journey.app.at(f"/train?voice={journey.voice}&place=openai"))

    # A wrong key, and a place that quotes it.
    place.fail("GET /fine_tuning/jobs", 401, "invalid_api_key", f"Incorrect key: {WRONG}")
    place.key = WRONG
    type_key(page, WRONG)
    expect(page.get_by_text("does not accept this key")).to_be_visible(timeout=SOON)
    place.key = KEY
    click(page.get_by_role("button", name="Use another key"))
    type_key(page, KEY)
    expect(page.get_by_text("accepts this key")).to_be_visible(timeout=SOON)

    # A launch that fails on the way, quoting the key, and goes on by itself.
    place.fail("POST /files", 503, "server_error", f"Trouble with {KEY}")
    click(page.get_by_role("button", name="Train: "))
    click(page.get_by_role("button", name="Start training"))
    expect(page.get_by_text("goes on by itself")).to_be_visible(timeout=SOON)
    expect(page.get_by_text("Checking your examples")).to_be_visible(timeout=60_000)

    # A run whose reports quote it.
    (job,) = set(place.jobs) - {"ftjob-0"}
    place.message(job, f"Started by {KEY}")
    error = {"code": "bad", "message": f"Refused for {KEY}", "param": None}
    place.advance(job, "failed", error=error)
    expect(page.get_by_text("Refused for (the key)")).to_be_visible(timeout=60_000)
    settled(page)

    # Other pages, and a file that is taken along.
    visit(page, journey.app.at(f"/compare?voice={journey.voice}&place=nowhere"))
    visit(page, journey.app.at(f"/progress?voice={journey.voice}"))
    click(page.get_by_text("What this run was started with"))
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="The exact training file").click()
    download.value.save_as(tmp_path / "home of the app" / "downloaded.jsonl")

    ws = open_workspace(journey.database)
    (run,) = list_runs(ws)
    ws.close()
    assert run.status == "failed"
    assert len(place.requests) > 8
    files = [path for path in journey.app.home.rglob("*") if path.is_file()]
    assert {"workspace.db", "app.log", "downloaded.jsonl"} <= {path.name for path in files}
    assert [path for path in files if MARK.encode() in path.read_bytes()] == []
    assert [part[:300] for part in heard.parts if MARK.encode() in part] == []
    assert [address for address in heard.addresses if MARK in address] == []
    assert len(heard.parts) > 50
