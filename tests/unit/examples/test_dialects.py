"""The layouts that training data comes in, each turned into messages."""

import json
from typing import Any

import pytest

from voicetune.examples.dialects import shape_of, to_messages
from voicetune.examples.reading import convert, read_file

HELLO = [
    {"role": "user", "content": "Say hi"},
    {"role": "assistant", "content": "Hi"},
]
SYSTEM = {"role": "system", "content": "Be kind."}


@pytest.mark.parametrize(
    ("record", "shape"),
    [
        ({"query": "Say hi", "response": "Hi"}, "prompt-completion"),
        ({"text_input": "Say hi", "output": "Hi"}, "prompt-completion"),
        ({"Human": "Say hi", "Assistant": "Hi"}, "prompt-completion"),
        ({"inputs": "Say hi", "targets": "Hi"}, "prompt-completion"),
        ({"instruction": "Say hi", "context": "", "response": "Hi"}, "instruction"),
        ({"instruction": "Say hi", "completion": "Hi"}, "instruction"),
        ({"prompt": "Say hi", "completion": "Hi", "label": True}, "prompt-completion"),
        (
            {"dialog": [{"speaker": "user", "text": "Say hi"}, {"speaker": "bot", "text": "Hi"}]},
            "sharegpt",
        ),
        ({"conversation": [{"input": "Say hi", "output": "Hi"}]}, "sharegpt"),
        ({"id": "7", "data": ["Say hi", "Hi"]}, "sharegpt"),
        (
            {
                "contents": [
                    {"role": "user", "parts": [{"text": "Say hi"}]},
                    {"role": "model", "parts": [{"text": "Hi"}]},
                ]
            },
            "sharegpt",
        ),
        ({"chat_history": [], "message": "Say hi", "response": "Hi"}, "sharegpt"),
        (
            {"chosen": "\n\nHuman: Say hi\n\nAssistant: Hi", "rejected": "\n\nHuman: Say hi\n\n"},
            "preference",
        ),
        (
            {"text": "<|im_start|>user\nSay hi<|im_end|>\n<|im_start|>assistant\nHi<|im_end|>\n"},
            "rendered",
        ),
        ({"text": "<s>[INST] Say hi [/INST] Hi </s>"}, "rendered"),
        (
            {
                "text": "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nSay hi"
                "<|eot_id|>"
                "<|start_header_id|>assistant<|end_header_id|>\n\nHi<|eot_id|>"
            },
            "rendered",
        ),
        (
            {
                "text": "<bos><start_of_turn>user\nSay hi<end_of_turn>\n<start_of_turn>model\nHi"
                "<end_of_turn>"
            },
            "rendered",
        ),
        ({"text": "### Human: Say hi\n### Assistant: Hi"}, "rendered"),
        ({"text": "<|user|>\nSay hi</s>\n<|assistant|>\nHi</s>"}, "rendered"),
        ({"text": "USER: Say hi ASSISTANT: Hi</s>"}, "rendered"),
    ],
)
def test_each_layout_becomes_the_same_messages(record: dict[str, Any], shape: str):
    assert shape_of(record) == shape
    assert to_messages(record) == HELLO


@pytest.mark.parametrize(
    "record",
    [
        {"text": "<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nSay hi [/INST] Hi </s>"},
        {"text": "Be kind.\n\nUSER: Say hi ASSISTANT: Hi"},
        {"text": "<|system|>\nBe kind.</s>\n<|user|>\nSay hi</s>\n<|assistant|>\nHi</s>"},
        {
            "systemInstruction": {"parts": [{"text": "Be kind."}]},
            "contents": [
                {"role": "user", "parts": [{"text": "Say hi"}]},
                {"role": "model", "parts": [{"text": "Hi"}]},
            ],
        },
        {"conversation": [{"system": "Be kind.", "input": "Say hi", "output": "Hi"}]},
    ],
)
def test_the_system_message_comes_along(record: dict[str, Any]):
    assert to_messages(record) == [SYSTEM, *HELLO]


def test_several_turns_keep_their_order():
    text = "<s>[INST] Say hi [/INST] Hi </s><s>[INST] Again [/INST] Hi again </s>"
    assert to_messages({"text": text}) == [
        *HELLO,
        {"role": "user", "content": "Again"},
        {"role": "assistant", "content": "Hi again"},
    ]


def test_alpacas_heading_goes_and_its_input_joins_the_question():
    text = (
        "Below is an instruction that describes a task, paired with an input that provides further "
        "context. Write a response that appropriately completes the request.\n\n### Instruction:\n"
        "Translate\n\n### Input:\n春\n\n### Response:\nspring"
    )
    assert to_messages({"text": text}) == [
        {"role": "user", "content": "Translate\n\n春"},
        {"role": "assistant", "content": "spring"},
    ]


def test_answers_that_were_judged_bad_are_no_examples():
    records = [
        {"prompt": "Say hi", "completion": answer, "label": answer == "Hi"}
        for answer in ("Hi", "Go away")
    ]
    reading = convert(read_file("kto.jsonl", "\n".join(map(json.dumps, records)).encode()))
    assert [example.messages for example in reading.examples] == [HELLO]
    assert "judged bad" in reading.refusals[0].reason


@pytest.mark.parametrize(
    "record",
    [
        {"text": "A plain post about users: and assistants."},
        {"text": "Human: only one side"},
        {"data": [1, 2]},
        {"data": ["one"]},
        {"contents": "x"},
        {"chat": [{"a": 1}]},
    ],
)
def test_what_only_looks_like_a_layout_is_none(record: dict[str, Any]):
    assert shape_of(record) == "unknown"
