"""ChatGPT's and Claude's exports: only the person's turns, and of those only prose by default."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.importers.zips import zipped
from voicetune.importers.recognition import read

DRAFT = (
    "I used to hire fast. When somebody left, I felt the gap every day, and I wanted it closed. "
    "So I took the first person who seemed good enough. It was a mistake each time. "
) * 5


def node(number: int, role: str, *parts: Any, parent: int | None = None, **more: Any) -> Any:
    content = {"content_type": "text", "parts": list(parts)}
    message = {"author": {"role": role}, "content": content, "create_time": 1700000000.5, **more}
    above = number - 1 if parent is None else parent
    return {"id": f"n{number}", "message": message, "parent": f"n{above}", "children": []}


def chatgpt(*nodes: Any, **more: Any) -> dict[str, Any]:
    mapping = {"n0": {"id": "n0", "message": None, "parent": None, "children": ["n1"]}}
    mapping |= {one["id"]: one for one in nodes}
    return {"title": "A chat", "create_time": 1.0, "mapping": mapping, **more}


@pytest.mark.parametrize("name", ["conversations.json", "a/conversations-000.json"])
def test_the_persons_turns_on_the_current_path_come_out(name: str):
    chat = chatgpt(
        node(1, "system", "", metadata={}),
        node(2, "user", "Write me a post"),
        node(3, "assistant", "Certainly! Here is a post."),
        node(4, "user", {"content_type": "image_asset_pointer"}, DRAFT),
        node(5, "user", "An edited turn that was dropped", parent=3),
        node(6, "user", "Hidden notes", parent=4, metadata={
            "is_visually_hidden_from_conversation": True}),
        current_node="n6",
    )  # fmt: skip
    found = read("export.zip", zipped({name: json.dumps([chat]), "chat.html": "<html>"}))
    assert found.kind == "chats"
    base = name.rpartition("/")[2]
    assert [(c.text, c.where, c.left_out) for c in found.candidates] == [
        ("Write me a post", f"{base}, conversation 1, turn 1", "prompt"),
        (DRAFT.strip(), f"{base}, conversation 1, turn 2", None),
    ]
    assert found.candidates[0].written_on == datetime(2023, 11, 14, 22, 13, 20, 500000, UTC)


def test_claudes_conversations_are_read_the_same_way():
    messages = [
        {"sender": "human", "text": "", "content": [{"type": "text", "text": DRAFT}],
         "created_at": "2024-05-06T07:08:09.123456Z"},
        {"sender": "assistant", "text": "I can help with that.", "content": []},
        {"sender": "human", "text": "Shorter, please"},
    ]  # fmt: skip
    data = json.dumps([{"uuid": "u", "name": "A chat", "chat_messages": messages}])
    found = read("conversations.json", io.BytesIO(data.encode()))
    assert [(c.kind, c.left_out) for c in found.candidates] == [
        ("claude-turn", None),
        ("claude-turn", "prompt"),
    ]
    assert found.candidates[0].written_on == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Make it shorter. " * 3,
        "def work():\n    return {1: 2};\n" * 60,
        "key value other words " * 60,
        "Yes. No. Go. " * 60,
    ],
)
def test_requests_code_and_lists_are_left_out(text: str):
    data = json.dumps([chatgpt(node(1, "user", text))])
    found = read("conversations.json", io.BytesIO(data.encode()))
    assert [c.left_out for c in found.candidates] == ["prompt"]


def test_a_path_that_runs_in_a_circle_ends():
    loop = chatgpt(node(1, "user", "One turn", parent=1), current_node="n1")
    found = read("conversations.json", io.BytesIO(json.dumps([loop]).encode()))
    assert [c.text for c in found.candidates] == ["One turn"]
