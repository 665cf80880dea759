"""Makes edits for as long as it lives, and says so after each: the process that a test kills.

`python editor_process.py`: for every line on stdin a child is forked (so that the imports are paid
once), which opens the workspace in VOICETUNE_HOME and edits. Lines on stdout: `pid N` before the
first edit, `saved N` after the edit that wrote N returned, `dead` once the child is gone.
"""

import os
import sys
from itertools import count
from typing import NoReturn

from voicetune.examples.example import Example
from voicetune.workspace.database import open_workspace
from voicetune.workspace.examples import add_examples, delete_examples, list_examples
from voicetune.workspace.examples import update_example as update
from voicetune.workspace.history import undo


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())  # one write: a kill leaves a whole line or none


def messages(number: int) -> list[dict[str, object]]:
    return [{"role": "user", "content": str(number)}, {"role": "assistant", "content": "x" * 300}]


def edit_for_ever() -> NoReturn:
    """Writes N into the first example, then N + 1, and so on; adds, deletes and undoes around it.

    One bulk step before each edit makes a kill in the middle of many rows likely.
    """
    say(f"pid {os.getpid()}")
    workspace = open_workspace()
    first = list_examples(workspace, 1, limit=1)[0]
    for number in count(int(first.question) + 1):
        added = add_examples(workspace, 1, [Example(messages(number))] * 8, "Add 8 examples")
        if number % 2:
            undo(workspace, 1)
        else:
            delete_examples(workspace, 1, added)
        update(workspace, first.id, messages=messages(number))
        say(f"saved {number}")
    raise AssertionError


if __name__ == "__main__":
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            edit_for_ever()
        os.waitpid(child, 0)
        say("dead")
