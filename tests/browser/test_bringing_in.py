"""A stranger's first files in a real browser, what of them was not read, what changed since."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.look import click, settled, take_pictures, visit
from tests.unit.importers.linkedin_files import share, shares
from tests.unit.importers.zips import zipped
from voicetune.examples.writing import to_jsonl
from voicetune.workspace.database import open_workspace
from voicetune.workspace.datasets import list_datasets
from voicetune.workspace.examples import delete_examples, list_examples, update_example
from voicetune.workspace.runs import create_run

NASTY = "Use **no** <b>bold</b>, $5 or $6, [a](http://x) ] and :smile: here."
NOTE = b"# A note\n\nI wrote this note by hand one evening, and it says a little about me.\n"


def archive() -> bytes:
    """Twelve posts, and an archive inside the archive."""
    rows = [
        share(f"Post {n} of mine is about hiring people slowly.\n\n{NASTY}", number=n)
        for n in range(12)
    ]
    return zipped({"Shares.csv": shares(*rows), "old/older.zip": "PK"}).getvalue()


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
            for name, data in files
        ]
    )


def test_a_strangers_files_make_a_voice_and_nothing_of_them_is_lost(app: App, page: Page) -> None:
    visit(page, app.at("/examples"))
    expect(page.get_by_role("heading", name="Where are your texts?")).to_be_visible()
    take_pictures(page, "bringing-in-first")
    drop(page, ("Basic_export.zip", archive()), ("note.md", NOTE))
    name = page.get_by_label("Name of this voice")
    expect(name).to_have_value("My LinkedIn voice")
    name.fill("Me at work")
    name.press("Enter")
    expect(page.get_by_text("12 texts to add")).to_be_visible()
    settled(page)
    take_pictures(page, "bringing-in-preview")
    click(page.get_by_role("button", name="Add 12 texts"))
    expect(page.get_by_text("File 2 of 2")).to_be_visible()
    settled(page)
    click(page.get_by_role("button", name="Add 1 text"))
    expect(page.get_by_text("13 examples", exact=True)).to_be_visible()
    settled(page)
    click(page.get_by_test_id("stButtonGroup").get_by_text("Not read (1)"))
    expect(page.get_by_text("It is an archive inside the archive.")).to_be_visible()
    settled(page)
    take_pictures(page, "bringing-in-not-read")
    field = page.get_by_placeholder("Write or paste what stood there")
    field.fill("Q: What else?\nA: This was in the older archive, and I know it by heart.")
    click(page.get_by_role("button", name="Add as a text"))
    expect(page.get_by_text("14 examples", exact=True)).to_be_visible()


def test_what_changed_since_a_training_is_marked_word_by_word(app: App, page: Page) -> None:
    ws = open_workspace(f"sqlite:///{Path(app.home) / 'workspace.db'}")
    (voice,) = list_datasets(ws)
    assert voice.name == "Me at work"
    stored = list_examples(ws, voice.id)
    create_run(
        ws,
        key="k",
        dataset_id=voice.id,
        dataset_name=voice.name,
        place="this-computer",
        model="m",
        files={"training": to_jsonl(stored)},
        training_examples=len(stored),
    )
    first, second, *_ = (example for example in stored if NASTY in example.answer)
    turns = [*first.messages[:-1], {**first.messages[-1]}]
    turns[-1]["content"] = first.answer.replace("slowly", "with care").replace("here", "there")
    update_example(ws, first.id, messages=turns)
    delete_examples(ws, voice.id, [second.id])
    ws.close()
    visit(page, app.at(f"/examples?voice={voice.id}&show=changes"))
    changed = page.locator(".st-key-change_edited_0")
    expect(changed).to_contain_text("with care")
    shown = changed.inner_text().replace("\N{WORD JOINER}", "")
    assert shown.count("<b>bold</b>, $5 or $6, [a](http://x) ] and :smile:") == 2
    assert shown.count("Use **no**") == 2
    expect(changed.locator("del")).to_have_text(["slowly", "here"])
    settled(page)
    take_pictures(page, "bringing-in-changes")
    click(page.get_by_test_id("stButtonGroup").get_by_text("Taken out (1)"))
    click(page.get_by_role("button", name="Bring this one back"))
    expect(page.get_by_text("1 edited")).to_be_visible()
    expect(page.get_by_text(re.compile("taken out"))).to_have_count(0)
