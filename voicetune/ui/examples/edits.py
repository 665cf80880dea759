"""What a person does to a set, each one step that undo takes back; no Streamlit here.

Every function returns after the workspace has the change on disk.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from voicetune.examples.checks import check_example
from voicetune.examples.example import Example, Message, role_of
from voicetune.examples.intake import Reading, Refusal, counted
from voicetune.examples.lines import read_line
from voicetune.examples.mends import MENDABLE, align_system, mend, usual_system
from voicetune.importers.candidate import Candidate
from voicetune.importers.to_examples import to_examples
from voicetune.ui.examples.board import Board, Snapshot
from voicetune.ui.examples.dealing import placed
from voicetune.ui.examples.noticed import keep_noticed
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import get_dataset, set_system_message
from voicetune.workspace.errors import NotFoundError
from voicetune.workspace.examples import (
    add_examples,
    get_example,
    list_examples,
    update_example,
    update_examples,
)
from voicetune.workspace.originals import save_originals
from voicetune.workspace.refusals import (
    StoredRefusal,
    mend_refusal,
    save_refusals,
    update_refusal,
)

_WITHOUT_SYSTEM = ("pairs", "table")


def change(board: Board, example_id: int, label: str, **changes: Any) -> None:
    """Sets fields of one example."""
    board.note(update_example(board.ws, example_id, label=label, **changes))


def write_text(board: Board, example_id: int, position: int, text: str) -> None:
    """Writes the text of one message; images that stand beside it stay."""

    def written(message: Any) -> Message:
        if not isinstance(message, dict):
            return {"role": "user", "content": text}
        content: Any = text
        if isinstance(message.get("content"), list):
            others = [p for p in message["content"] if not isinstance(p, dict) or "text" not in p]
            content = [{"type": "text", "text": text}, *others] if others else text
        return {**message, "content": content}

    what = {"user": "a question", "assistant": "an answer"}
    _change_message(board, example_id, position, written, what)


def set_role(board: Board, example_id: int, position: int, role: str) -> None:
    """Says who speaks in one message."""
    _change_message(board, example_id, position, lambda m: {**m, "role": role}, {})


def set_weight(board: Board, example_id: int, position: int, learned: bool) -> None:
    """Says whether one answer is learned; that it is needs no weight in the file."""

    def weighed(message: Any) -> Message:
        rest = {key: value for key, value in message.items() if key != "weight"}
        return rest if learned else {**rest, "weight": 0}

    _change_message(board, example_id, position, weighed, {})


def add_turn(board: Board, example_id: int) -> None:
    """Adds a message at the end, from whoever speaks next."""

    def longer(messages: list[Any]) -> list[Any]:
        last = role_of(messages[-1]) if messages else None
        role = "assistant" if last == "user" else "user"
        return [*messages, {"role": role, "content": ""}]

    _change_messages(board, example_id, longer, "Add a turn")


def remove_turn(board: Board, example_id: int, position: int) -> None:
    """Drops one message."""
    _change_messages(
        board, example_id, lambda m: [*m[:position], *m[position + 1 :]], "Remove a turn"
    )


def mended(snapshot: Snapshot, code: str, ids: Iterable[int] | None = None) -> dict[int, Example]:
    """Returns what the mend of `code` makes of the examples (all that have it, or `ids`)."""
    wanted = list(snapshot.by_code.get(code, ()) if ids is None else ids)
    if code == "exact-duplicate":
        groups = [s.ids for s in snapshot.set_findings if s.finding.code == code]
        firsts = {group[0] for group in groups}
        wanted = [id_ for id_ in wanted if id_ not in firsts]
    changed: dict[int, Example] = {}
    for id_ in wanted:
        example = snapshot.rows[id_].example
        if code == "system-differs":
            better: Example | None = align_system(example, snapshot.system)
        else:
            better = mend(example, code)
        if better is not None:
            changed[id_] = better
    return changed


def mended_altogether(snapshot: Snapshot) -> dict[int, Example]:
    """Returns what comes of all mends of all examples, those that a mend makes needed included."""
    changed: dict[int, Example] = {}
    for code in snapshot.by_code:
        for id_ in mended(snapshot, code):
            example = changed.get(id_, snapshot.rows[id_].example)
            if code == "system-differs":
                changed[id_] = align_system(example, snapshot.system)
            else:
                changed[id_] = _as_far_as_mends_go(mend(example, code) or example)
    return changed


def _as_far_as_mends_go(example: Example) -> Example:
    """Mends an example until nothing of its own is left to mend; each mend removes its cause."""
    for finding in check_example(example):
        better = mend(example, finding.code)
        if better is not None:
            return _as_far_as_mends_go(better)
    return example


def mend_all(board: Board, code: str, ids: Sequence[int] | None = None) -> int:
    """Mends what `code` is about and returns how many examples that changed."""
    changed = mended(board.look(), code, ids)
    return update_examples(board.ws, board.dataset_id, changed, MENDABLE[code])


def mend_everything(board: Board) -> int:
    """Does all one-click mends as one step and returns how many examples changed."""
    changed = mended_altogether(board.look())
    return update_examples(board.ws, board.dataset_id, changed, "Mend all that can be mended")


def set_fields(board: Board, ids: Sequence[int], label: str, **changes: Any) -> int:
    """Sets the same fields of many examples."""
    rows = board.look().rows
    changed = {id_: replace(rows[id_].example, **changes) for id_ in ids if id_ in rows}
    return update_examples(board.ws, board.dataset_id, changed, label)


def change_system(board: Board, system: str | None) -> None:
    """Changes the set's system message in every example that has the present one."""
    snapshot = board.look()
    aligned = {
        id_: align_system(row.example, system)
        for id_, row in snapshot.rows.items()
        if row.example.system == snapshot.system and row.example.messages
    }
    set_system_message(board.ws, board.dataset_id, system, aligned=aligned)


def bring_in(ws: Workspace, dataset_id: int, reading: Reading, *, source: str) -> list[int]:
    """Adds what was read, keeps what was refused, and returns the new examples' ids.

    Pairs and table rows without a system message get the set's. The first examples of a set bring
    theirs with them.
    """
    with ws.write():
        stored = list_examples(ws, dataset_id)
        system = system_of(ws, dataset_id, stored)
        new = reading.examples
        if system and reading.kind in _WITHOUT_SYSTEM:
            new = [e if e.system else align_system(e, system) for e in new]
        new = placed(ws, dataset_id, new)
        ids = add_examples(ws, dataset_id, new, f"Bring in {counted(len(new), 'example')}")
        if not stored and new:
            set_system_message(ws, dataset_id, usual_system(new), label="Take its system message")
        save_refusals(ws, dataset_id, reading.refusals, source=source)
        keep_noticed(ws, dataset_id, reading, ids)
    return ids


def bring_in_texts(ws: Workspace, dataset_id: int, texts: Sequence[Candidate]) -> list[int]:
    """Adds texts under the set's system message and returns the new examples' ids.

    What was mended in a text on its way in is kept beside the example as it was found.
    """
    with ws.write():
        new = to_examples(texts)
        system = system_of(ws, dataset_id, list_examples(ws, dataset_id))
        if system:
            new = [align_system(example, system) for example in new]
        new = placed(ws, dataset_id, new)
        ids = add_examples(ws, dataset_id, new, f"Bring in {counted(len(new), 'text')}")
        found = {i: t.original for i, t in zip(ids, texts, strict=True) if t.original != t.text}
        save_originals(ws, dataset_id, found)
    return ids


def add_blank(ws: Workspace, dataset_id: int) -> int:
    """Adds an example that is still to be written, under the set's system message."""
    with ws.write():
        turns: list[Message] = [
            {"role": "user", "content": ""},
            {"role": "assistant", "content": ""},
        ]
        blank = Example(turns, origin="written here")
        system = system_of(ws, dataset_id, list_examples(ws, dataset_id))
        if system:
            blank = align_system(blank, system)
        return add_examples(ws, dataset_id, [blank], "Add an example")[0]


def system_of(ws: Workspace, dataset_id: int, stored: Sequence[Example]) -> str | None:
    """Returns the system message of most examples; of an empty set, the one chosen for it."""
    return usual_system(stored) if stored else get_dataset(ws, dataset_id).system


def mend_line(ws: Workspace, refusal: StoredRefusal, text: str) -> Refusal | int:
    """Reads a refused line as the person wrote it now: the new example's id, or what is wrong."""
    made = read_line(text, refusal.line)
    if isinstance(made, Refusal):
        update_refusal(ws, refusal.id, made)
        return made
    return add_mended(ws, refusal, made)


def add_mended(ws: Workspace, refusal: StoredRefusal, example: Example) -> int:
    """Adds the example that a refused line has become, and returns its id."""
    origin = f"{refusal.source} line {refusal.line}, mended".strip()
    with ws.write():
        stored = list_examples(ws, refusal.dataset_id)
        system = system_of(ws, refusal.dataset_id, stored)
        if system and example.system is None and refusal.code in ("pair", "row"):
            example = align_system(example, system)
        (example,) = placed(ws, refusal.dataset_id, [replace(example, origin=origin)])
        return mend_refusal(ws, refusal.id, example)


def _change_message(
    board: Board,
    example_id: int,
    position: int,
    better: Callable[[Any], Message],
    what: dict[str, str],
) -> None:
    def changed(messages: list[Any]) -> list[Any]:
        if position >= len(messages):
            raise NotFoundError(f"Example {example_id} has no message {position + 1} any more.")
        return [*messages[:position], better(messages[position]), *messages[position + 1 :]]

    turns = get_example(board.ws, example_id).messages
    role = role_of(turns[position]) if position < len(turns) else None
    _change_messages(board, example_id, changed, f"Change {what.get(role or '', 'a message')}")


def _change_messages(
    board: Board, example_id: int, better: Callable[[list[Any]], list[Any]], label: str
) -> None:
    with board.ws.write():
        messages = better(get_example(board.ws, example_id).messages)
        example = update_example(board.ws, example_id, label=label, messages=messages)
    board.note(example)
