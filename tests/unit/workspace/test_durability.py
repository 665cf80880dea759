"""A killed process loses no edit that it had said was saved."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from tests.unit.workspace.samples import filled
from voicetune.workspace.database import Workspace
from voicetune.workspace.examples import delete_examples, list_examples, list_ids
from voicetune.workspace.schema import edit_changes, edits

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


def killed_after(editor: "subprocess.Popen[str]", acknowledgements: int) -> int:
    """Lets the editor save that many times, kills it at once, and returns the last number saved."""
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
            os.kill(pid, signal.SIGKILL)
    raise AssertionError("the editor ended before it was killed")


def check_whole(workspace: Workspace) -> None:
    """The file is sound, the examples are what the log says, and no step is half there."""
    with workspace.read() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        newest = connection.execute(
            select(edit_changes.c.after)
            .where(edit_changes.c.example_id == 1)
            .order_by(edit_changes.c.number.desc())
            .limit(1)
        ).scalar_one()
        sizes = connection.execute(
            select(edits.c.label, func.count(edit_changes.c.example_id))
            .outerjoin(edit_changes)
            .group_by(edits.c.dataset_id, edits.c.number)
        ).all()
    assert {tuple(size) for size in sizes} <= {
        ("Import", 1),
        ("Change an example", 1),
        ("Add 20 examples", 20),
        ("Delete 20 examples", 20),
    }
    examples = list_examples(workspace, 1)
    assert examples[0].messages == newest["messages"]
    assert len(examples) in (1, 21)  # 21: killed between adding and taking away again


def test_no_saved_edit_is_lost_in_fifty_kills(
    workspace: Workspace, editor: "subprocess.Popen[str]"
) -> None:
    filled(workspace, "0")
    chance = random.Random(2)
    for _ in range(KILLS):
        saved = killed_after(editor, chance.randint(1, 5))
        found = int(list_examples(workspace, 1, limit=1)[0].question)
        assert found in (saved, saved + 1)  # one more: killed before it could say so
        check_whole(workspace)
        delete_examples(workspace, 1, list_ids(workspace, 1)[1:])
