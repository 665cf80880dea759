"""Pieces of archives and documents that could not be read: kept, and written in by hand."""

from collections.abc import Sequence
from dataclasses import replace

from voicetune.examples.example import Example
from voicetune.examples.intake import Refusal
from voicetune.examples.lines import read_line
from voicetune.examples.mends import align_system
from voicetune.examples.pairs import is_labelled
from voicetune.ui.examples.dealing import placed
from voicetune.ui.examples.edits import system_of
from voicetune.workspace.database import Workspace
from voicetune.workspace.examples import list_examples
from voicetune.workspace.refusals import (
    StoredRefusal,
    list_refusals,
    mend_refusal,
    save_refusals,
    update_refusal,
)

UNREAD = "unread"
"""The code under which they are kept among the refused lines."""

_WHOLE = frozenset({"no-posts", "not-own"})


def pieces_of(refusals: Sequence[Refusal]) -> list[Refusal]:
    """Returns those that are about a piece of a file, not about the file as such."""
    return [refusal for refusal in refusals if refusal.code not in _WHOLE]


def keep_unread(ws: Workspace, dataset_id: int, refusals: Sequence[Refusal], source: str) -> int:
    """Keeps what could not be read and returns how many pieces that are; none is kept twice."""
    with ws.write():
        there = {
            (each.source, each.reason, each.text)
            for each in list_refusals(ws, dataset_id)
            if each.code == UNREAD
        }
        new = [
            replace(refusal, code=UNREAD)
            for refusal in pieces_of(refusals)
            if (source, refusal.reason, refusal.text) not in there
        ]
        save_refusals(ws, dataset_id, new, source=source)
    return len(new)


def write_in(ws: Workspace, refusal: StoredRefusal, text: str) -> int | Refusal:
    """Adds what the person wrote in a piece's place: an answer, or a pair with Q: and A:.

    Returns the new example's id. An empty text, or a pair that lacks something, is kept as it is.
    """
    origin = f"{refusal.source}, written in by hand"
    if is_labelled(text):
        made = read_line(text, refusal.line)
    elif text.strip():
        turns = [("user", ""), ("assistant", text.strip())]
        made = Example([{"role": role, "content": words} for role, words in turns])
    else:
        made = Refusal(refusal.line, UNREAD, "Write what stood there first.", text)
    if isinstance(made, Refusal):
        update_refusal(ws, refusal.id, Refusal(refusal.line, UNREAD, refusal.reason, text))
        return made
    with ws.write():
        system = system_of(ws, refusal.dataset_id, list_examples(ws, refusal.dataset_id))
        if system and made.system is None:
            made = align_system(made, system)
        (placed_one,) = placed(ws, refusal.dataset_id, [replace(made, origin=origin)])
        return mend_refusal(ws, refusal.id, placed_one, "Write in a piece")
