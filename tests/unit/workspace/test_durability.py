"""A killed process loses no edit that it had said was saved."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select, text

from tests.unit.workspace.samples import filled, log_of
from voicetune.workspace.database import Workspace
from voicetune.workspace.examples import delete_examples, list_examples, list_ids
from voicetune.workspace.schema import datasets

KILLS = 50
EDITOR = Path(__file__).with_name("editor_process.py")
ROOT = Path(__file__).parents[3]


@pytest.fixture
def editor(voicetune_home: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, str(EDITOR)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    yield process
    process.kill()
    process.communicate()


def killed_after(editor: "subprocess.Popen[str]", acknowledgements: int, moment: float) -> int:
    """Lets the editor save that many times and kills it `moment` seconds later.

    Returns the last number that it said was saved.
    """
    assert editor.stdin is not None
    assert editor.stdout is not None
    editor.stdin.write("go\n")
    editor.stdin.flush()
    pid = int(editor.stdout.readline().split()[1])
    saved = 0
    for heard, line in enumerate(editor.stdout, start=1):
        if line == "dead\n":
            return saved
        saved = int(line.split()[1])
        if heard == acknowledgements:
            time.sleep(moment)
            os.kill(pid, signal.SIGKILL)
    raise AssertionError("the editor ended before it was killed")


def check_whole(workspace: Workspace) -> None:
    """The file is sound, and the examples are what the log's steps make: no step is half there."""
    with workspace.read() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        head = connection.execute(select(datasets.c.head)).scalar_one()
    assert {e.id: e.messages for e in list_examples(workspace, 1)} == replayed(workspace, head)


def replayed(workspace: Workspace, head: int) -> dict[int, Any]:
    """The messages by id that the log's steps lead to, from the first up to `head`."""
    steps, changes = log_of(workspace)
    parents = {step.number: step.parent for step in steps}
    path = []
    while head:
        path.append(head)
        head = parents[head]
    made: dict[int, list[Row[Any]]] = defaultdict(list)
    for change in changes:
        made[change.number].append(change)
    examples: dict[int, Any] = {}
    for number in reversed(path):
        for change in made[number]:
            if change.after is None:
                del examples[change.example_id]
            else:
                examples[change.example_id] = change.after["messages"]
    return examples


def test_no_saved_edit_is_lost_in_fifty_kills(
    workspace: Workspace, editor: "subprocess.Popen[str]"
) -> None:
    filled(workspace, "0")
    chance = random.Random(2)
    for _ in range(KILLS):
        # An edit takes a few milliseconds: so the kill falls anywhere in it, or between two.
        saved = killed_after(editor, chance.randint(1, 5), chance.uniform(0, 0.01))
        found = int(list_examples(workspace, 1, limit=1)[0].question)
        assert found in (saved, saved + 1)  # one more: killed before it could say so
        check_whole(workspace)
        delete_examples(workspace, 1, list_ids(workspace, 1)[1:])
