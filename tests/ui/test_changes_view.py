"""What changed since a training, on the Examples page, and the ways back."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from tests.stand_in import StandIn
from tests.ui.conftest import OpenPage, address
from tests.ui.engine_place import engine, tokenizer_folder
from tests.unit.coach.sets import said as pair
from tests.unit.coach.sets import sound
from voicetune.examples.example import Example
from voicetune.examples.writing import to_jsonl
from voicetune.ui.examples import comparison
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import (
    add_examples,
    delete_examples,
    list_examples,
    update_example,
)
from voicetune.workspace.history import undo
from voicetune.workspace.runs import create_run

__all__ = ["engine", "tokenizer_folder"]

HARSH = "Use **no** <b>bold</b> $words$ [here](x) today.\n\n1. And :smile: a ] bracket."


def trained(ws: Workspace, examples: list[Example], key: str = "k", voice: int = 0) -> int:
    """Makes a voice with these examples (where there is none) and a run that froze them."""
    if not voice:
        voice = create_dataset(ws, "Mine")
        add_examples(ws, voice, examples, "Bring in")
    sides = {
        side: to_jsonl([e for e in examples if e.split == side])
        for side in ("training", "validation")
    }
    create_run(
        ws,
        key=key,
        dataset_id=voice,
        dataset_name="Mine",
        place="local",
        model="m",
        files=sides,
        training_examples=len(examples),
    )
    return voice


def said(at: AppTest) -> str:
    kinds = ("markdown", "caption", "text")
    return "\n".join(str(e.value) for kind in kinds for e in at.get(kind))


def questions(ws: Workspace, voice: int) -> list[str]:
    return [example.question for example in list_examples(ws, voice)]


def test_the_view_is_there_only_once_something_was_trained(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = create_dataset(ws, "Mine")
    add_examples(ws, voice, sound(12), "Bring in")
    labels = [b.label for b in open_page("examples", voice=voice).button]
    at = open_page("examples", voice=voice, show="changes")
    assert not at.exception
    assert "Changes" not in str(at.get("button_group")) + str(labels)
    trained(ws, sound(12), voice=voice)
    at = open_page("examples", voice=voice, show="changes")
    assert "Nothing has changed since then" in said(at)
    assert "very same examples" in said(at)


def test_an_edit_shows_both_versions_with_what_differs_marked(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = trained(ws, [*sound(12), pair("How?", f"We opened the shop. {HARSH}")])
    last = list_examples(ws, voice)[-1]
    turns = [last.messages[0], {"role": "assistant", "content": f"We opened the bar. {HARSH}"}]
    update_example(ws, last.id, messages=turns)
    at = open_page("examples", voice=voice, show="changes")
    assert not at.exception
    assert "Since then: 1 edited; 12 as they were" in said(at).replace("\\", "")
    shown = said(at)
    assert ":red-background[~~shop~~]" in shown
    assert ":green-background[bar]" in shown
    assert "<b>" not in shown
    assert "**no**" not in shown
    at.button(key=f"old_words_{last.id}").click().run()
    assert not at.exception
    assert list_examples(ws, voice)[-1].answer == f"We opened the shop. {HARSH}"
    assert "Nothing has changed since then" in said(at)


def test_what_was_taken_out_comes_back_as_one_step(open_page: OpenPage, ws: Workspace) -> None:
    made = [replace(e, split="validation") if n == 3 else e for n, e in enumerate(sound(12))]
    voice = trained(ws, made)
    gone = list_examples(ws, voice)[3]
    delete_examples(ws, voice, [gone.id])
    at = open_page("examples", voice=voice, show="changes")
    assert "1 taken out" in said(at)
    at.button(key="bring_back_0").click().run()
    assert not at.exception
    back = list_examples(ws, voice)[-1]
    assert (back.question, back.answer, back.split) == (gone.question, gone.answer, "validation")
    assert "Nothing has changed since then" in said(at)
    undo(ws, voice)
    assert gone.question not in questions(ws, voice)


def test_what_was_left_out_is_included_again_and_what_moved_is_told(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = trained(ws, sound(12))
    first, second, *_ = list_examples(ws, voice)
    update_example(ws, first.id, include=False)
    update_example(ws, second.id, split="validation")
    at = open_page("examples", voice=voice, show="changes")
    assert "1 left out and 1 moved to the other side" in said(at)
    at.button(key=f"include_again_{first.id}").click().run()
    assert not at.exception
    assert list_examples(ws, voice)[0].include
    assert "Then to train on, now kept for validation." in said(at)


def test_a_changed_example_opens_in_the_list(open_page: OpenPage, ws: Workspace) -> None:
    voice = trained(ws, sound(12))
    (added,) = add_examples(ws, voice, [pair("New?", "Quite new, and long enough.")], "Add")
    at = open_page("examples", voice=voice, show="changes")
    at.button(key=f"open_changed_{added}").click().run()
    assert not at.exception
    assert address(at, "example") == str(added)
    assert "Example 13 of 13" in str([s.value for s in at.subheader])


def test_any_training_can_be_compared_with_the_newest_first(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = trained(ws, sound(12))
    add_examples(ws, voice, [pair("New?", "Quite new, and long enough.")], "Add")
    trained(ws, list_examples(ws, voice), "second", voice)
    at = open_page("examples", voice=voice, show="changes")
    assert "Nothing has changed" in said(at)
    at.selectbox(key="changes_run").set_value("1").run()
    assert not at.exception
    assert "Since then: 1 added" in said(at)
    assert address(at, "run") == "1"


def test_a_large_set_is_compared_beside_the_page(
    open_page: OpenPage, ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "AT_ONCE", 5)
    voice = trained(ws, sound(12))
    at = open_page("examples", voice=voice, show="changes")
    assert not at.exception
    for _ in range(20):
        if "Nothing has changed" in said(at):
            break
        comparison._WORKER.submit(int).result()  # after what was handed in before
        at.run()
    assert "Nothing has changed since then" in said(at)


def test_the_train_page_has_a_door_to_the_changes_once_something_was_trained(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    def doors() -> list[str]:
        at = open_page("train", voice=voice)
        assert not at.exception
        return [link.proto.label for link in at.get("page_link")]

    voice = create_dataset(ws, "Mine")
    add_examples(ws, voice, sound(12), "Bring in")
    assert "See what changed since your last training" not in doors()
    trained(ws, sound(12), voice=voice)
    assert "See what changed since your last training" in doors()
