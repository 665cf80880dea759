import json

import pytest

from voicetune.examples.example import Example
from voicetune.examples.exports import export_for

SYSTEM = {"role": "system", "content": "You are Zoë."}
ASK = {"role": "user", "content": "How do ferns grow? 🌿"}
ANSWER = {"role": "assistant", "content": "慢慢来。"}
FORMATS = ["together", "fireworks", "tinker"]


def lines(export):
    return [json.loads(line) for line in export.content.decode("utf-8").splitlines()]


@pytest.mark.parametrize("form", FORMATS)
def test_writes_chat_lines_with_nothing_but_roles_and_text(form):
    example = Example([SYSTEM, ASK | {"name": "x"}, ANSWER], extra={"text": "again", "tools": []})
    export = export_for(form, [example])
    assert lines(export) == [{"messages": [SYSTEM, ASK, ANSWER]}]
    assert not export.content.startswith(b"\xef\xbb\xbf")
    assert "慢慢来".encode() in export.content
    assert (export.examples, export.left_out) == (1, ())


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([ASK, {"role": "tool", "content": "42"}, ANSWER], "neither a question nor an answer"),
        ([ASK, SYSTEM, ANSWER], "neither a question nor an answer"),
        ([ASK, {"role": "assistant", "content": None}], "other than text"),
        ([ASK, {"role": "assistant", "content": [{"type": "image_url"}]}], "other than text"),
        ([ASK, {"role": "assistant", "content": "  "}], "empty"),
        ([SYSTEM], "does not end with an answer"),
        ([], "does not end with an answer"),
        ([ASK, ANSWER, ASK], "does not end with an answer"),
        ([ANSWER], "take turns"),
        ([ASK, ASK, ANSWER], "take turns"),
    ],
)
def test_leaves_out_what_the_place_would_refuse_and_says_why(form, messages, reason):
    export = export_for(form, [Example([ASK, ANSWER]), Example(messages)])
    assert export.examples == 1
    ((left_out),) = export.left_out
    assert left_out.position == 1
    assert reason in left_out.reason


def test_a_weight_at_together_keeps_the_questions_from_being_trained_on():
    first = Example([ASK, ANSWER | {"weight": 0}, ASK, ANSWER])
    export = export_for("together", [first, Example([SYSTEM, ASK, ANSWER])])
    weights = [[m["weight"] for m in line["messages"]] for line in lines(export)]
    assert weights == [[0, 0, 0, 1], [0, 0, 1]]


def test_a_weight_at_fireworks_is_on_the_answers_alone():
    (line,) = lines(export_for("fireworks", [Example([ASK, ANSWER | {"weight": 0}, ASK, ANSWER])]))
    assert [m.get("weight") for m in line["messages"]] == [None, 0, None, 1]


def test_tinker_has_no_weights_so_such_an_example_is_left_out():
    export = export_for("tinker", [Example([ASK, ANSWER | {"weight": 0}, ASK, ANSWER])])
    assert export.content == b""
    assert "not to be learned" in export.left_out[0].reason


def test_weights_that_change_nothing_are_not_written():
    (line,) = lines(export_for("together", [Example([ASK, ANSWER | {"weight": 1}])]))
    assert line == {"messages": [ASK, ANSWER]}
