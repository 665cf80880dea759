"""The Examples page of a stranger: no voice yet, and whatever is brought in begins one."""

import io

import pytest

from tests.ui.conftest import OpenPage, address
from tests.ui.test_posts_import import QUIET, archive, drop, said
from tests.unit.importers.zips import zipped
from voicetune.examples.example import Example
from voicetune.examples.writing import to_jsonl
from voicetune.ui.examples.first_view import name_after
from voicetune.ui.samples import sample_examples
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import list_datasets
from voicetune.workspace.examples import list_examples


def pair(question: str) -> Example:
    turns = [("user", question), ("assistant", f"{question} Yes, and gladly so.")]
    return Example([{"role": role, "content": text} for role, text in turns])


def names(ws: Workspace) -> list[str]:
    return [voice.name for voice in list_datasets(ws)]


def test_a_dropped_archive_makes_a_voice_named_after_its_site(
    open_page: OpenPage, ws: Workspace
) -> None:
    at = open_page("examples")
    assert not at.exception
    assert "Where are your texts?" in [s.value for s in at.subheader]
    assert names(ws) == []
    drop(at, ("Basic_export.zip", archive()))
    assert names(ws) == ["My LinkedIn voice"]
    assert "3 texts to add" in said(at)
    (voice,) = list_datasets(ws)
    assert address(at, "voice") == str(voice.id)
    at.text_input(key=f"name_{voice.id}").set_value("  Me at work ").run()
    assert not at.exception
    assert names(ws) == ["Me at work"]
    at.button(key="add_found").click().run()
    assert not at.exception
    assert QUIET in [example.answer for example in list_examples(ws, voice.id)]


def test_of_several_files_each_is_dealt_with_in_turn(open_page: OpenPage, ws: Workspace) -> None:
    at = open_page("examples")
    first, second = (to_jsonl([pair(f"{n} {word}?") for n in range(6)]) for word in ("a", "b"))
    drop(at, ("one.jsonl", first), ("two.jsonl", second))
    assert names(ws) == ["one"]
    assert "File 1 of 2" in said(at)
    at.button(key="add_reading").click().run()
    assert not at.exception
    assert "File 2 of 2" in said(at)
    at.button(key="add_reading").click().run()
    assert not at.exception
    (voice,) = list_datasets(ws)
    assert voice.examples == 12


def test_pasted_text_a_written_example_and_a_sample_begin_a_voice_too(
    open_page: OpenPage, ws: Workspace
) -> None:
    at = open_page("examples", way="paste")
    at.text_area(key="paste_first_0").set_value("Q: How?\nA: Slowly, and with care.").run()
    assert not at.exception
    at.button(key="add_reading").click().run()
    assert not at.exception
    (voice,) = list_datasets(ws)
    assert (voice.name, [e.question for e in list_examples(ws, voice.id)]) == ("My voice", ["How?"])


def test_an_example_can_be_the_first_thing_that_is_written(
    open_page: OpenPage, ws: Workspace
) -> None:
    at = open_page("examples", way="write")
    at.button(key="write_here").click().run()
    assert not at.exception
    assert names(ws) == ["My voice"]
    assert "Example 1 of 1" in [s.value for s in at.subheader]


def test_a_sample_can_be_the_first_voice(open_page: OpenPage, ws: Workspace) -> None:
    at = open_page("examples", way="sample")
    at.button(key="add_sample_hiring_manager").click().run()
    assert not at.exception
    (voice,) = list_datasets(ws)
    assert (voice.sample, voice.examples) == (
        "hiring_manager",
        len(sample_examples("hiring_manager")),
    )


@pytest.mark.parametrize(
    ("file", "data", "expected"),
    [
        ("export.zip", archive(), "My LinkedIn voice"),
        ("my_best-posts (2024).md", b"# One\n\nWords of mine.", "my best posts 2024"),
        ("..txt", b"Words of mine, and some more of them.", "My voice"),
        ("evil.zip", zipped({"../../a.md": "x"}).getvalue(), "evil"),
        ("x" * 300 + ".txt", b"Words of mine, and some more of them.", "x" * 40),
    ],
)
def test_a_voice_is_named_after_what_it_begins_with(file: str, data: bytes, expected: str) -> None:
    assert name_after(file, io.BytesIO(data)) == expected
