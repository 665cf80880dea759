"""Preference pairs in OpenAI's format, read and written."""

import json

import pytest

from voicetune.examples.example import REJECTED, Example
from voicetune.examples.preferences import (
    PreferencePair,
    both_answers,
    pair_in,
    pair_line,
    pair_of,
    sound_pairs,
)

ASKED = [{"role": "user", "content": "Worum geht es? 🌿"}]


def answer(text, role="assistant"):
    return [{"role": role, "content": text}]


def value(**changes):
    fields = {
        "input": {"messages": ASKED},
        "preferred_output": answer("一句话。"),
        "non_preferred_output": answer("As an AI language model, I think so."),
    }
    return {**fields, **changes}


def test_a_pair_is_read_and_written_again_as_it_was():
    tools = [{"type": "function", "function": {"name": "look"}}]
    line = value(input={"messages": ASKED, "tools": tools})
    pair = pair_of(line)
    assert isinstance(pair, PreferencePair)
    assert (pair.preferred, pair.rejected, pair.tools) == (
        line["preferred_output"][0],
        line["non_preferred_output"][0],
        tools,
    )
    assert json.loads(pair_line(pair)) == line


def test_a_pair_without_tools_is_written_without_them():
    assert json.loads(pair_line(pair_of(value()))) == value()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ([], "not a preference pair"),
        ({"messages": ASKED}, '"input"'),
        (value(input={}), '"messages"'),
        (value(input={"messages": [*ASKED, *answer("Yes.")]}), "must be the question"),
        (value(preferred_output=[]), '"preferred_output"'),
        (value(preferred_output=answer("Yes.") * 2), '"preferred_output"'),
        (value(non_preferred_output=answer("Yes.", "user")), '"non_preferred_output"'),
        (value(non_preferred_output=answer("")), "With the rejected answer"),
        (value(preferred_output=answer(7)), "With the preferred answer"),
        (value(non_preferred_output=answer("一句话。")), "the same"),
        (value(input={"messages": [7]}), "With the preferred answer"),
    ],
)
def test_what_is_wrong_with_a_pair_is_said(line, said):
    problem = pair_of(line)
    assert isinstance(problem, str)
    assert said in problem


def kept(preferred, rejected, **changes):
    extra = {REJECTED: answer(rejected)} if rejected is not None else {}
    return Example([*ASKED, *answer(preferred)], extra=extra, **changes)


def test_only_included_pairs_that_teach_something_are_trained_on():
    good = kept("Short.", "Long.")
    others = [
        kept("Short.", None),
        kept("Short.", "Long.", include=False),
        kept("Same.", "Same."),
        kept("Short.", ""),
        kept("", "Long."),
    ]
    assert sound_pairs([*others, good]) == [good]


def test_both_answers_of_a_pair_are_conversations_that_begin_alike():
    preferred, rejected = both_answers(pair_in(kept("Short.", "Long.")))
    assert preferred.messages[:-1] == rejected.messages[:-1] == ASKED
    assert (preferred.answer, rejected.answer) == ("Short.", "Long.")
