"""Questions for posts through a chat model in the browser: asked, cancelled, taken up again."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import App, running_app
from tests.browser.look import click, settled, take_pictures, visit
from tests.chat_model import KEY, ChatModel, good, prompts_for, running_chat_model
from tests.unit.importers.linkedin_files import share, shares
from tests.unit.importers.zips import zipped
from voicetune.home import DATA
from voicetune.workspace.database import open_workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import list_examples

SOON = 20_000
PLANTS = ("radish", "basil", "fern", "clover", "thyme", "sorrel", "mint", "sage", "rose", "iris")
POSTS = [
    "Patience does more than any tool that you can buy.\n\nIt took me ten years in the garden to "
    f"learn it, and it was not a book that taught me. It was the {plant}"
    for plant in PLANTS
]


@dataclass
class Room:
    """The app with an empty voice, and the chat model at the address of OpenAI's profile."""

    app: App
    model: ChatModel
    voice: int
    database: str

    @property
    def way_in(self) -> str:
        return self.app.at(f"/examples?voice={self.voice}&way=file")


@pytest.fixture
def room(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Room]:
    home = tmp_path_factory.mktemp("questions") / "home"
    home.mkdir()
    database = f"sqlite:///{home / 'workspace.db'}"
    ws = open_workspace(database)
    voice = create_dataset(ws, "My posts")
    ws.close()
    shipped = json.loads((DATA / "providers.json").read_text("utf-8"))["providers"]
    (openai,) = [each for each in shipped if each["id"] == "openai"]
    with running_chat_model() as model:
        own = {"providers": [{**openai, "base_url": model.base_url}]}
        (home / "providers.json").write_text(json.dumps(own))
        with running_app(home, OPENAI_API_KEY=KEY) as app:
            yield Room(app, model, voice, database)


def drop(page: Page) -> None:
    """Drops an archive of posts and chooses to ask a chat model about them."""
    rows = [share(text, day=f"2024-03-{n + 1:02} 09:30:00") for n, text in enumerate(POSTS)]
    data = zipped({"Shares.csv": shares(*rows)}).getvalue()
    file = {"name": "Basic_export.zip", "mimeType": "application/zip", "buffer": data}
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(file)
    click(page.get_by_text("Ask a chat model", exact=True))
    settled(page)


def ask(page: Page, count: int) -> None:
    click(page.get_by_role("button", name=f"Ask about {count} texts"))


def test_asked_cancelled_and_taken_up_again_after_a_reload(room: Room, page: Page) -> None:
    visit(page, room.way_in)
    drop(page)
    expect(page.get_by_text("10 texts with").first).to_be_visible(timeout=SOON)
    expect(page.get_by_text("by prices of")).to_be_visible()
    assert room.model.requests == []
    take_pictures(page, "questions price")

    def held(body):
        room.model.gate = threading.Event()
        return good(body)

    room.model.script = [good, held]
    ask(page, 10)
    expect(page.get_by_text("8 of 10 texts asked about")).to_be_visible(timeout=SOON)
    take_pictures(page, "questions progress")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled.")).to_be_visible(timeout=SOON)
    room.model.gate.set()
    room.model.gate = None
    asked = list(room.model.texts)

    visit(page, room.way_in)  # a reload: the browser has forgotten the file
    drop(page)
    expect(page.get_by_text("8 texts of 10 asked about before").first).to_be_visible(timeout=SOON)
    ask(page, 2)
    expect(page.get_by_text("10 from a model")).to_be_visible(timeout=SOON)
    assert sorted(room.model.texts[len(asked) :]) == sorted(POSTS[8:])
    take_pictures(page, "questions found")
    click(page.get_by_role("button", name="Add 10 texts"))
    expect(page.get_by_text("10 texts added.")).to_be_visible(timeout=SOON)
    ws = open_workspace(room.database)
    for example in list_examples(ws, room.voice):
        assert example.question in prompts_for(example.answer)
    ws.close()


def test_one_text_is_asked_about_in_the_editor(room: Room, page: Page) -> None:
    visit(page, room.way_in)
    drop(page)
    click(page.get_by_text("Leave them empty"))
    settled(page)
    click(page.get_by_role("button", name="Add 10 texts"))
    expect(page.get_by_text("10 texts added.")).to_be_visible(timeout=SOON)
    ws = open_workspace(room.database)
    first = list_examples(ws, room.voice)[0]
    visit(page, room.app.at(f"/examples?voice={room.voice}&example={first.id}"))
    click(page.get_by_text("Find the question", exact=True))
    click(page.get_by_text("Ask a chat model about this text"))
    click(page.get_by_role("button", name="Ask about this text"))
    wanted = prompts_for(first.answer)[1]
    click(page.get_by_role("button", name=wanted))
    expect(page.get_by_text("Question taken.")).to_be_visible(timeout=SOON)
    settled(page)  # until then the field of before stands beside the new one
    expect(page.get_by_label("Question", exact=True)).to_have_value(wanted, timeout=SOON)
    assert list_examples(ws, room.voice)[0].question == wanted
    ws.close()
