"""Posts brought in on the Examples page: archives, tables of posts, several files at once."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage, go_to
from tests.unit.importers.linkedin_files import share, shares
from tests.unit.importers.office_files import xlsx
from tests.unit.importers.zips import zipped
from voicetune.ui.examples import add_view
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import list_examples
from voicetune.workspace.originals import original_of

LOUD = (
    "𝗪𝗛𝗬 we hire slowly.\n\nBecause every hurried hire cost us a year, and the team paid for it "
    "with its evenings."
)
QUIET = (
    "I learned to listen in a cold warehouse. Nobody there asked for my opinion, and that was the "
    "lesson I needed most."
)
OLD = (
    "Ten years ago I wrote my first resume on a typewriter, and it had three pages about school "
    "and not one word about work."
)


def archive() -> bytes:
    rows = (
        share(LOUD, day="2024-03-01 09:30:00", number=1),
        share(QUIET, day="2023-05-01 09:30:00", number=2),
        share(OLD, day="2015-01-01 09:30:00", number=3),
        share("", day="2024-02-01 09:30:00", number=4, shared="https://example.com/a"),
    )
    return zipped({"Shares.csv": shares(*rows)}).getvalue()


def drop(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    uploader = at.file_uploader[0]
    for name, data in files:
        uploader = uploader.upload(name, data)
    at.run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    kinds = ("markdown", "caption", "text", "error", "warning")
    return "\n".join(str(e.value) for kind in kinds for e in at.get(kind)).replace("\\", "")


def answers(ws: Workspace, voice: int) -> list[str]:
    return [example.answer for example in list_examples(ws, voice)]


def test_a_linkedin_archive_is_shown_before_its_posts_are_added(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = create_dataset(ws, "Mine")
    at = drop(open_page("examples", voice=voice, way="file"), ("Basic_export.zip", archive()))
    assert "3 texts to add" in said(at)
    assert "1 left out" in said(at)
    assert answers(ws, voice) == []
    at.button(key="add_found").click().run()
    assert not at.exception
    examples = list_examples(ws, voice)
    assert sorted(e.answer for e in examples) == sorted([LOUD.replace("𝗪𝗛𝗬", "WHY"), QUIET, OLD])
    assert all(e.question for e in examples)
    loud = next(e for e in examples if "hire slowly" in e.answer)
    assert original_of(ws, voice, loud.id) == LOUD
    assert str(loud.written_on) == "2024-03-01"


def test_a_refused_mend_leaves_the_text_as_it_was_found(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    at = drop(open_page("examples", voice=voice, way="file"), ("Basic_export.zip", archive()))
    (switch,) = [t for t in at.toggle if "mathematical" in t.label]
    switch.set_value(False).run()
    at.button(key="add_found").click().run()
    assert LOUD in answers(ws, voice)


def test_questions_can_be_left_to_the_person_and_old_texts_out(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = create_dataset(ws, "Mine")
    at = drop(open_page("examples", voice=voice, way="file"), ("Basic_export.zip", archive()))
    at.select_slider[0].set_value(2023).run()
    at.radio[0].set_value("empty").run()
    at.button(key="add_found").click().run()
    assert not at.exception
    assert [e.question for e in list_examples(ws, voice)] == ["", ""]
    assert OLD not in answers(ws, voice)


def test_posts_come_in_under_the_system_message_of_the_set(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = add_sample(ws, "hiring_manager")
    system = list_examples(ws, voice)[0].system
    at = drop(open_page("examples", voice=voice, show="add", way="file"), ("Basic.zip", archive()))
    at.button(key="add_found").click().run()
    assert not at.exception
    assert {e.system for e in list_examples(ws, voice)[-3:]} == {system}


def test_a_table_of_posts_alone_needs_no_questions(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    table = "Posting Time,Text\n2024-03-01 09:30,{}\n2023-01-01 08:00,{}\n".format(
        *(f'"{text}"' for text in (QUIET, OLD))
    )
    at = drop(open_page("examples", voice=voice, way="file"), ("buffer.csv", table.encode()))
    assert "2 texts to add" in said(at)
    at.button(key="add_found").click().run()
    assert sorted(answers(ws, voice)) == sorted([QUIET, OLD])


def test_an_excel_sheet_comes_in_by_the_columns_a_person_confirms(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = create_dataset(ws, "Mine")
    book = xlsx(["Nr", "Idee", "Notiz"], ["1", "x", QUIET], ["2", "y", OLD])
    at = drop(open_page("examples", voice=voice, way="file"), ("plan.xlsx", book))
    at.selectbox(key="column_question").set_value("None: these are posts").run()
    at.selectbox(key="column_answer").set_value("Notiz").run()
    assert not at.exception
    assert "2 texts to add" in said(at)
    at.button(key="add_found").click().run()
    assert not at.exception
    assert sorted(answers(ws, voice)) == sorted([QUIET, OLD])


def test_an_archive_that_is_not_to_be_trusted_is_refused_in_words(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = create_dataset(ws, "Mine")
    evil = zipped({"../../Shares.csv": shares(share(QUIET))}).getvalue()
    at = drop(open_page("examples", voice=voice, way="file"), ("evil.zip", evil))
    assert at.error or "left out" in said(at) or "could not be read" in said(at)
    assert answers(ws, voice) == []


def test_an_export_of_prompts_alone_shows_how_to_add_them_all_the_same(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = create_dataset(ws, "Mine")
    said_there = {"sender": "human", "text": QUIET, "created_at": "2024-05-06T07:08:09Z"}
    data = json.dumps([{"name": "x", "chat_messages": [said_there]}]).encode()
    at = drop(open_page("examples", voice=voice, way="file"), ("conversations.json", data))
    assert "Everything in it is left out" in said(at)
    assert not [button for button in at.button if button.key == "add_found"]
    at.checkbox[0].check().run()
    at.button(key="add_found").click().run()
    assert not at.exception
    assert answers(ws, voice) == [QUIET]


def test_more_texts_than_a_page_can_show_are_counted_and_led_elsewhere(
    open_page: OpenPage, ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(add_view, "MOST_SHOWN", 100)
    voice = create_dataset(ws, "Mine")
    at = drop(open_page("examples", voice=voice, way="file"), ("Basic_export.zip", archive()))
    assert "python -m voicetune import" in said(at)
    assert not [button for button in at.button if button.key == "add_found"]


def test_preference_pairs_keep_both_answers_and_come_out_again(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = create_dataset(ws, "Mine")
    pairs = [
        {"prompt": f"How {n}?", "chosen": f"Slowly {n}.", "rejected": f"As an AI {n}, no."}
        for n in range(3)
    ]
    data = "\n".join(map(json.dumps, pairs)).encode()
    at = drop(open_page("examples", voice=voice, way="file"), ("pairs.jsonl", data))
    assert "The rejected ones stay beside them" in said(at)
    at.button(key="convert").click().run()
    at.button(key="add_reading").click().run()
    assert not at.exception
    stored = list_examples(ws, voice)
    assert [(e.answer, e.rejected) for e in stored] == [
        (f"Slowly {n}.", f"As an AI {n}, no.") for n in range(3)
    ]
    go_to(at, example=stored[1].id)
    assert not at.exception
    assert "As an AI 1, no." in said(at)
    at = open_page("examples", voice=voice, show="set")
    assert "Preference pairs, JSONL" in str([b.proto.label for b in at.get("download_button")])
