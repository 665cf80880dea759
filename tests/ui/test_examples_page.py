"""The Examples page: empty, with a sample, with broken data, with many rows."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage, address, go_to
from voicetune.examples.example import Example
from voicetune.ui.samples import FOLDER, add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset, get_dataset
from voicetune.workspace.examples import (
    add_examples,
    count_examples,
    delete_examples,
    get_example,
    list_examples,
    update_example,
)
from voicetune.workspace.history import can_redo, can_undo
from voicetune.workspace.refusals import count_refusals, list_refusals

NASTY = "**Bold** $x$ <b>html</b> :red[red] [link](http://x) 🌱 שלום"
VIEWS = ("list", "findings", "coach", "add", "variety", "set", "refused")


def shown(at: AppTest) -> str:
    parts = [
        str(element.value)
        for kind in ("title", "subheader", "markdown", "caption", "text", "error", "warning")
        for element in at.get(kind)
    ]
    return "\n".join(parts).replace("\\", "")


def pair(question: str, answer: str = "An answer.") -> Example:
    return Example(
        [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    )


def filled(ws: Workspace, *examples: Example) -> tuple[int, list[int]]:
    voice = create_dataset(ws, "Mine")
    return voice, add_examples(ws, voice, examples, "Add")


def choose_row(at: AppTest, voice: int, row: int) -> AppTest:
    """Chooses a row (from 0) of the list's first page; AppTest leaves the callback to us."""
    (table,) = at.dataframe
    assert row < len(table.value)
    return go_to(at, example=at.session_state["_shown"][row])


def area(at: AppTest, name: str):
    (found,) = [each for each in at.text_area if re.fullmatch(rf"{name}\.\d+", each.key or "")]
    return found


def test_what_stands_in_the_data_is_sent_to_the_browser_with_every_run(
    open_page: OpenPage, ws: Workspace
) -> None:
    """Sent once, it can be lost with a run that is cut short, and the default counts as chosen."""
    voice, (first, _) = filled(ws, pair("Why roses?"), pair("Why thorns?"))
    at = open_page("examples", voice=voice, example=first)
    at.run()
    held = [at.button_group(key="choice_show"), at.toggle(key=f"include_{first}")]
    assert [widget.proto.set_value for widget in held] == [True, True]


def test_an_empty_set_offers_the_ways_in(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    at = open_page("examples", voice=voice)
    assert not at.exception
    assert "Where are your texts?" in shown(at)
    assert len(at.file_uploader) == 1
    assert not at.dataframe


@pytest.mark.parametrize("sample", ["hiring_manager", "flawed"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_with_good_and_with_broken_data(
    open_page: OpenPage, ws: Workspace, sample: str, view: str
) -> None:
    at = open_page("examples", voice=add_sample(ws, sample), show=view)
    assert not at.exception
    assert at.title[0].value == "Examples"


def test_a_good_set_leads_to_train(open_page: OpenPage, ws: Workspace) -> None:
    voice = add_sample(ws, "hiring_manager")
    at = open_page("examples", voice=voice)
    assert "Ready to train. 108 examples to train on, 12 kept apart" in shown(at).replace("*", "")
    assert len(at.dataframe[0].value) == 120
    at.button(key="to_train").click().run()
    assert at.title[0].value == "Train"
    assert address(at, "voice") == str(voice)


def test_a_broken_set_leads_to_what_is_wrong(open_page: OpenPage, ws: Workspace) -> None:
    at = open_page("examples", voice=add_sample(ws, "flawed"))
    assert "15 examples cannot be trained on as they are" in shown(at)
    at.button(key="see_findings").click().run()
    assert not at.exception
    assert address(at, "show") == "findings"
    for heading in ("Errors", "Warnings", "Advice"):
        assert any(heading in each.value for each in at.subheader)
    for label in ("Unknown role", "Exact duplicate", "Too long", "Few examples"):
        assert label in shown(at)


def test_every_example_of_the_flawed_set_can_be_opened(open_page: OpenPage, ws: Workspace) -> None:
    voice = add_sample(ws, "flawed")
    at = open_page("examples", voice=voice)
    for example in list_examples(ws, voice):
        go_to(at, example=example.id)
        assert not at.exception
        assert f"Example {example.id} of 39" in [each.value for each in at.subheader]


def test_a_thousand_rows_come_in_pages(open_page: OpenPage, ws: Workspace) -> None:
    voice, ids = filled(ws, *(pair(f"Question {n} about {n * 7}?", f"A {n}.") for n in range(1000)))
    at = open_page("examples", voice=voice)
    assert not at.exception
    assert len(at.dataframe[0].value) == 200
    assert "Rows 1 to 200" in shown(at)
    go_to(at, example=ids[199])
    at.button(key="next").click().run()
    assert not at.exception
    assert "Rows 201 to 400" in shown(at)
    assert "Example 201 of 1,000" in shown(at)


def test_an_answer_is_saved_as_it_is_left(open_page: OpenPage, ws: Workspace) -> None:
    voice = add_sample(ws, "hiring_manager")
    at = choose_row(open_page("examples", voice=voice), voice, 2)
    example_id = int(address(at, "example"))
    area(at, f"text_{example_id}_2").set_value(NASTY).run()
    assert not at.exception
    assert get_example(ws, example_id).answer == NASTY
    assert "Saved" in shown(at)
    at.button(key="undo").click().run()
    assert get_example(ws, example_id).answer != NASTY
    assert area(at, f"text_{example_id}_2").value == get_example(ws, example_id).answer
    at.button(key="redo").click().run()
    assert area(at, f"text_{example_id}_2").value == NASTY


def test_an_example_deleted_in_another_window_is_told(open_page: OpenPage, ws: Workspace) -> None:
    voice, (first, second) = filled(ws, pair("One?"), pair("Two?"))
    at = open_page("examples", voice=voice, example=first)
    words = area(at, f"text_{first}_0")
    delete_examples(ws, voice, [first])
    words.set_value("Too late?").run()
    assert not at.exception
    assert "deleted in another window" in at.toast[0].value
    assert [e.id for e in list_examples(ws, voice)] == [second]


def test_a_mend_takes_the_example_out_of_the_filter_and_leaves_it_open(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice = add_sample(ws, "flawed")
    at = open_page("examples", voice=voice, show="findings")
    at.button(key="show_unknown-role").click().run()
    assert len(at.dataframe[0].value) == 3
    at = choose_row(at, voice, 0)
    opened = address(at, "example")
    at.button(key="mend_unknown-role_0").click().run()
    assert not at.exception
    assert address(at, "example") == opened
    assert len(at.dataframe[0].value) == 2
    assert "Rename the role" in str(can_undo(ws, voice))
    at.button(key="next").click().run()
    assert len(at.dataframe[0].value) == 2
    assert address(at, "example") != opened


def test_mending_all_and_undoing_it(open_page: OpenPage, ws: Workspace) -> None:
    voice = add_sample(ws, "flawed")
    before = list_examples(ws, voice)
    at = open_page("examples", voice=voice, show="findings")
    at.button(key="mend_everything").click().run()
    assert not at.exception
    assert "5 examples cannot be trained on as they are" in shown(at)
    at.button(key="undo").click().run()
    assert list_examples(ws, voice) == before


def test_words_and_filters_narrow_the_list(open_page: OpenPage, ws: Workspace) -> None:
    voice, _ = filled(
        ws, pair("What about ROSES?"), pair("What about tulips?"), pair("And trees?", "Roses too.")
    )
    at = open_page("examples", voice=voice)
    at.text_input(key=f"filter_words_{voice}").set_value("roses").run()
    assert len(at.dataframe[0].value) == 2
    assert "2 of 3 examples" in shown(at).replace("*", "")
    at.text_input(key=f"filter_words_{voice}").set_value("cactus").run()
    assert not at.dataframe
    at.button(key="show_all").click().run()
    assert len(at.dataframe[0].value) == 3
    update_example(ws, at.session_state["_shown"][0], include=False, split="validation")
    at.selectbox(key=f"filter_counted_{voice}").set_value("no").run()
    assert len(at.dataframe[0].value) == 1
    at.selectbox(key=f"filter_side_{voice}").set_value("training").run()
    assert not at.dataframe


def test_an_example_is_written_duplicated_moved_left_out_and_deleted(
    open_page: OpenPage, ws: Workspace
) -> None:
    voice, _ = filled(ws, pair("One?"), pair("Two?"))
    at = open_page("examples", voice=voice)
    at.button(key="write_one").click().run()
    example_id = int(address(at, "example"))
    area(at, f"text_{example_id}_0").set_value("Three?").run()
    area(at, f"text_{example_id}_1").set_value("Yes.").run()
    assert get_example(ws, example_id).question == "Three?"
    at.button_group(key=f"side_{example_id}").set_value("validation").run()
    at.toggle(key=f"include_{example_id}").set_value(False).run()
    changed = get_example(ws, example_id)
    assert (changed.split, changed.split_pinned, changed.include) == ("validation", True, False)
    at.button(key="duplicate").click().run()
    assert count_examples(ws, voice) == 4
    assert int(address(at, "example")) != example_id
    at.button(key="delete").click().run()
    assert not at.exception
    assert count_examples(ws, voice) == 3


def test_a_conversation_is_edited_turn_by_turn(open_page: OpenPage, ws: Workspace) -> None:
    turns = [
        {"role": "user", "content": "Hello?"},
        {"role": "assistant", "content": "Hi.", "weight": 0},
        {"role": "user", "content": "And now?"},
        {"role": "assistant", "content": "Now this."},
    ]
    voice, (example_id,) = filled(ws, Example(turns))
    at = open_page("examples", voice=voice, example=example_id)
    assert at.toggle(key=f"weight_{example_id}_1").value is False
    at.toggle(key=f"weight_{example_id}_1").set_value(True).run()
    assert "weight" not in get_example(ws, example_id).messages[1]
    at.button(key="add_turn").click().run()
    assert get_example(ws, example_id).messages[4] == {"role": "user", "content": ""}
    at.selectbox(key=f"role_{example_id}_4").set_value("assistant").run()
    assert get_example(ws, example_id).messages[4]["role"] == "assistant"
    at.button(key=f"remove_{example_id}_4").click().run()
    assert not at.exception
    assert len(get_example(ws, example_id).messages) == 4


def test_a_file_is_shown_before_it_is_added(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    at = open_page("examples", voice=voice)
    data = (FOLDER / "flawed.jsonl").read_bytes()
    at.file_uploader[0].upload("flawed.jsonl", data).run()
    assert not at.exception
    assert "39 examples" in shown(at)
    assert "4 lines refused" in shown(at)
    assert count_examples(ws, voice) == 0
    at.button(key="convert").click().run()
    assert "40 examples" in shown(at)
    at.button(key="add_reading").click().run()
    assert not at.exception
    assert (count_examples(ws, voice), count_refusals(ws, voice)) == (40, 3)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"%PDF-1.7 ...", "PDF"),
        ("empty.jsonl", b"", "The file is empty."),
        ("page.html", b"<!doctype html><p>Hi", "web page"),
        ("pairs.jsonl", b'{"chosen": "Good.", "rejected": "Bad.", "prompt": "Which?"}', "prefer"),
    ],
)
def test_a_file_that_is_something_else_is_named(
    open_page: OpenPage, ws: Workspace, name: str, data: bytes, said: str
) -> None:
    at = open_page("examples", voice=create_dataset(ws, "Mine"))
    at.file_uploader[0].upload(name, data).run()
    assert not at.exception
    assert said in shown(at)


def test_a_table_needs_its_columns_confirmed(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    at = open_page("examples", voice=voice)
    table = "topic,post,when\nRoses?,Cut them.,2026-01-01\nTulips?,Wait.,2026-01-02\n"
    at.file_uploader[0].upload("posts.csv", table.encode()).run()
    assert at.selectbox(key="column_question").value == "topic"
    assert at.selectbox(key="column_answer").value == "post"
    at.selectbox(key="column_answer").set_value("topic").run()
    assert "cannot come from the same column" in shown(at)
    at.selectbox(key="column_answer").set_value("post").run()
    at.selectbox(key="column_written_on").set_value("when").run()
    assert "Cut them." in [text.value for text in at.text]
    at.button(key="add_reading").click().run()
    assert not at.exception
    assert [e.question for e in list_examples(ws, voice)] == ["Roses?", "Tulips?"]
    assert str(list_examples(ws, voice)[0].written_on) == "2026-01-01"


def test_pasted_pairs_are_read_and_added(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    at = open_page("examples", voice=voice, way="paste")
    (paste,) = at.text_area
    paste.set_value(f"Q: Why?\nA: See: {NASTY}\n\nQ: And?").run()
    assert not at.exception
    assert f"See: {NASTY}" in [text.value for text in at.text]
    at.button(key="add_reading").click().run()
    assert list_examples(ws, voice)[0].answer == f"See: {NASTY}"
    assert [each.line for each in list_refusals(ws, voice)] == [4]


def test_the_same_text_can_be_pasted_again(open_page: OpenPage, ws: Workspace) -> None:
    voice = create_dataset(ws, "Mine")
    at = open_page("examples", voice=voice, way="paste")
    for times in (1, 2):
        (paste,) = at.text_area
        paste.set_value("Q: Why?\nA: Because.").run()
        at.button(key="add_reading").click().run()
        assert not at.exception
        assert count_examples(ws, voice) == times
        go_to(at, show="add", way="paste")


def test_a_refused_line_is_mended_in_place(open_page: OpenPage, ws: Workspace) -> None:
    voice = add_sample(ws, "flawed")
    at = open_page("examples", voice=voice, show="refused")
    first, second, third, old = list_refusals(ws, voice)
    at.button(key=f"repair_{first.id}").click().run()
    area(at, f"line_{third.id}").set_value("Q: And then?\nA:").run()
    assert "The answer is empty." in shown(at)
    area(at, f"line_{third.id}").set_value("Q: And then?\nA: Then go make coffee.").run()
    at.button(key=f"convert_{old.id}").click().run()
    assert not at.exception
    assert list_refusals(ws, voice) == [second]
    assert list_examples(ws, voice)[-2].answer == "Then go make coffee."
    at.button(key=f"repair_{second.id}").click().run()
    assert not at.exception
    assert count_refusals(ws, voice) == 0
    assert at.dataframe  # back at the list: no line is left


def test_one_system_message_for_the_whole_set(open_page: OpenPage, ws: Workspace) -> None:
    voice = add_sample(ws, "flawed")
    at = open_page("examples", voice=voice, show="set")
    assert "3 examples have another one." in shown(at).replace("*", "")
    area(at, f"system_{voice}").set_value("Be brief.").run()
    assert get_dataset(ws, voice).system == "Be brief."
    at.button(key="align_all").click().run()
    assert not at.exception
    assert {e.system for e in list_examples(ws, voice) if e.messages} == {"Be brief."}


def test_the_split_is_chosen_by_share(open_page: OpenPage, ws: Workspace) -> None:
    voice = add_sample(ws, "hiring_manager")
    at = open_page("examples", voice=voice, show="set")
    at.slider(key="split_share").set_value(20).run()
    assert "96 examples to train on, 24 kept apart" in shown(at).replace("*", "")
    before = [e.split for e in list_examples(ws, voice)]
    at.button(key="split_again").click().run()
    assert not at.exception
    after = [e.split for e in list_examples(ws, voice)]
    assert before.count("validation") == after.count("validation") == 24
    assert before != after


def test_an_emptied_set_can_be_brought_back(open_page: OpenPage, ws: Workspace) -> None:
    voice, ids = filled(ws, pair("One?"), pair("Two?"))
    delete_examples(ws, voice, ids)
    at = open_page("examples", voice=voice)
    assert not at.exception
    at.button(key="undo").click().run()
    assert len(at.dataframe[0].value) == 2
    assert can_redo(ws, voice)


def test_a_persons_words_are_never_markup(open_page: OpenPage, ws: Workspace) -> None:
    messages = [
        {"role": NASTY, "content": NASTY},
        {"role": "user", "content": f"{{{{{NASTY}}}}} {NASTY}"},
    ]
    voice, (example_id, *_) = filled(ws, Example(messages, origin=NASTY), pair(NASTY), pair(NASTY))
    for view in ("list", "findings", "set"):
        at = open_page("examples", voice=voice, show=view, example=example_id)
        assert not at.exception
        for element in [*at.markdown, *at.caption, *at.subheader, *at.button]:
            said = getattr(element, "label", None) or element.value
            assert "<b>html" not in str(said).replace("\\<b\\>", "")
            assert "[link](http" not in str(said)
            assert "**Bold**" not in str(said)
