"""Other formats turned into chat examples."""

import json
from typing import Any

import pytest

from voicetune.examples.example import to_line
from voicetune.examples.reading import (
    Reading,
    convert,
    convert_instruction,
    convert_preference,
    convert_prompt_completion,
    convert_sharegpt,
    read_file,
)
from voicetune.examples.writing import to_pairs


def read(*records: Any) -> Reading:
    return read_file("v.jsonl", "\n".join(map(json.dumps, records)).encode())


def roles(reading: Reading) -> list[list[tuple[str, str]]]:
    return [[(m["role"], m["content"]) for m in e.messages] for e in reading.examples]


def test_the_older_format_loses_the_marks_that_all_of_it_ends_with():
    reading = convert_prompt_completion(
        read(
            {"prompt": "Say hi\n\n###\n\n", "completion": " Hi END"},
            {"Prompt": "Why? ->", "Completion": " Because.\nSo. END"},
        )
    )
    assert roles(reading) == [
        [("user", "Say hi"), ("assistant", "Hi")],
        [("user", "Why?"), ("assistant", "Because.\nSo.")],
    ]
    assert (reading.kind, reading.refusals, reading.lines) == ("chat", [], [1, 2])


def test_an_end_that_only_one_completion_has_is_text():
    reading = convert_prompt_completion(
        read({"prompt": "a", "completion": "THE END"}, {"prompt": "b", "completion": "Begin"})
    )
    assert [example.answer for example in reading.examples] == ["THE END", "Begin"]


def test_prompts_that_are_message_lists_keep_their_turns():
    record = {
        "prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}],
        "completion": [{"role": "assistant", "content": "a"}],
    }
    assert roles(convert_prompt_completion(read(record))) == [
        [("system", "s"), ("user", "q"), ("assistant", "a")]
    ]


def test_sharegpt_speakers_become_roles_and_strangers_are_kept_for_the_checks():
    record = {
        "system": "Be kind.",
        "conversations": [
            {"from": "human", "value": "q"},
            {"from": "gpt", "value": "a"},
            {"from": "narrator", "value": "?"},
        ],
    }
    assert roles(convert_sharegpt(read(record))) == [
        [("system", "Be kind."), ("user", "q"), ("assistant", "a"), ("narrator", "?")]
    ]


def test_an_instruction_takes_its_input_and_its_history_along():
    record = {
        "instruction": "Translate",
        "input": "春",
        "output": "spring",
        "history": [["hello", "hi"]],
    }
    assert roles(convert_instruction(read(record))) == [
        [
            ("user", "hello"),
            ("assistant", "hi"),
            ("user", "Translate\n\n春"),
            ("assistant", "spring"),
        ]
    ]


@pytest.mark.parametrize(
    "record",
    [
        {"prompt": "q", "chosen": "a", "rejected": "b"},
        {
            "input": {"messages": [{"role": "user", "content": "q"}]},
            "preferred_output": [{"role": "assistant", "content": "a"}],
            "non_preferred_output": [{"role": "assistant", "content": "b"}],
        },
        {
            "chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
            "rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "b"}],
        },
    ],
)
def test_the_preferred_answer_becomes_an_example(record: dict[str, Any]):
    assert roles(convert_preference(read(record))) == [[("user", "q"), ("assistant", "a")]]


@pytest.mark.parametrize(
    "record",
    [
        {"prompt": "q", "chosen": "a", "rejected": "b"},
        {
            "input": {"messages": [{"role": "user", "content": "q"}]},
            "preferred_output": [{"role": "assistant", "content": "a"}],
            "non_preferred_output": [{"role": "assistant", "content": "b"}],
        },
        {
            "chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
            "rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "b"}],
        },
    ],
)
def test_the_rejected_answer_stays_beside_it_and_out_of_chat_files(record: dict[str, Any]):
    reading = convert(read(record))
    (example,) = reading.examples
    assert example.rejected == "b"
    assert "1 rejected answer kept" in reading.explanation
    assert json.loads(to_line(example)) == {"messages": example.messages}
    line = json.loads(to_pairs([example]))
    assert line["preferred_output"] == [{"role": "assistant", "content": "a"}]
    assert line["non_preferred_output"] == [{"role": "assistant", "content": "b"}]
    assert line["input"]["messages"] == [{"role": "user", "content": "q"}]


def test_an_example_without_a_rejected_answer_is_no_pair():
    assert to_pairs(convert(read({"prompt": "q", "completion": "a"})).examples) == b""


def test_what_cannot_be_converted_stays_refused_with_the_reason():
    reading = convert(read({"prompt": "q", "completion": 7}, {"prompt": "q", "completion": "a"}))
    assert len(reading.examples) == 1
    assert reading.refusals[0].line == 1
    assert "is no text" in reading.refusals[0].reason


def test_one_conversion_leaves_other_formats_and_examples_alone():
    chat = {"messages": [{"role": "user", "content": "q"}]}
    mixed = read({"prompt": "a", "completion": "b"}, chat, {"instruction": "a", "output": "b"})
    converted = convert_prompt_completion(mixed)
    assert len(converted.examples) == 2
    assert converted.examples[0] == mixed.examples[0]
    assert [refusal.line for refusal in converted.refusals] == [3]
    assert len(convert(mixed).examples) == 3
