"""Examples to fill a workspace with."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, event, select

from voicetune.examples.example import Example
from voicetune.workspace.database import Workspace, open_workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples, list_examples
from voicetune.workspace.schema import edit_changes, edits


def pair(question: str, answer: str = "An answer.", **fields: Any) -> Example:
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return Example(messages, **fields)


def filled(workspace: Workspace, *questions: str) -> tuple[int, list[int]]:
    """Makes a set with these questions; returns its id and theirs."""
    dataset_id = create_dataset(workspace, "My voice")
    return dataset_id, add_examples(workspace, dataset_id, [pair(q) for q in questions], "Import")


def questions(workspace: Workspace, dataset_id: int) -> list[str]:
    return [example.question for example in list_examples(workspace, dataset_id)]


def reopened(workspace: Workspace) -> Workspace:
    """Opens the same database again, as another process would."""
    return open_workspace(workspace.engine.url.render_as_string(hide_password=False))


def log_of(workspace: Workspace) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Everything that the edit log holds."""
    with workspace.read() as connection:
        return (
            list(connection.execute(select(edits).order_by(edits.c.number))),
            list(connection.execute(select(edit_changes).order_by(edit_changes.c.number))),
        )


def statements(workspace: Workspace, act: Callable[[], Any]) -> list[tuple[str, Any]]:
    """Does an act and returns the statements that it sent, each with one set of its parameters."""
    sent: list[tuple[str, Any]] = []

    def note(conn: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        _, many = rest
        if not statement.startswith("BEGIN"):
            sent.append((statement, parameters[0] if many else parameters))

    event.listen(workspace.engine, "before_cursor_execute", note)
    act()
    event.remove(workspace.engine, "before_cursor_execute", note)
    return sent
