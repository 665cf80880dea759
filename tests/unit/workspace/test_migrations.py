"""A workspace of any earlier version becomes one of today's, whole or not at all."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from tests.unit.workspace.samples import questions
from voicetune.workspace import migrations
from voicetune.workspace.database import Workspace, open_workspace
from voicetune.workspace.datasets import list_datasets
from voicetune.workspace.errors import WorkspaceError
from voicetune.workspace.history import can_redo, can_undo, redo, undo
from voicetune.workspace.migrations import MIGRATIONS, latest_version, read_version
from voicetune.workspace.runs import list_runs, run_file

VERSION_1 = Path(__file__).parent / "version_1.sql"
"""A workspace as the first version made it, with something in every table that has a history."""


@pytest.fixture
def old(tmp_path: Path) -> str:
    import sqlite3

    file = tmp_path / "old.db"
    connection = sqlite3.connect(file)
    connection.executescript(VERSION_1.read_text(encoding="utf-8"))
    connection.close()
    return f"sqlite:///{file}"


def tables(workspace: Workspace) -> dict[str, object]:
    """Everything about the tables that the program can tell apart."""
    with workspace.read() as connection:
        inspector = inspect(connection)
        return {
            name: (
                [
                    (c["name"], str(c["type"]), c["nullable"], c["primary_key"])
                    for c in inspector.get_columns(name)
                ],
                sorted((i["name"], i["column_names"]) for i in inspector.get_indexes(name)),
                sorted(
                    (k["constrained_columns"], k["referred_table"], k["options"])
                    for k in inspector.get_foreign_keys(name)
                ),
                sorted(u["column_names"] for u in inspector.get_unique_constraints(name)),
            )
            for name in inspector.get_table_names()
            if not name.startswith("sqlite_")
        }


def version(workspace: Workspace) -> int | None:
    with workspace.read() as connection:
        return read_version(connection)


def test_a_workspace_of_version_1_opens_with_all_that_was_in_it(old: str) -> None:
    workspace = open_workspace(old)
    assert version(workspace) == latest_version()
    (dataset,) = list_datasets(workspace)
    assert (dataset.name, dataset.system, dataset.examples) == ("Ada’s voice 🌱", "Be brief.", 2)
    assert questions(workspace, dataset.id) == ["Why write?", "Second?"]
    assert can_undo(workspace, dataset.id) == "Edit the question"
    undo(workspace, dataset.id)
    assert questions(workspace, dataset.id) == ["First?", "Second?"]
    assert can_redo(workspace, dataset.id) == "Edit the question"
    redo(workspace, dataset.id)
    (run,) = list_runs(workspace)
    assert (run.key, run.status, run.hyperparameters) == ("k1", "running", {"n_epochs": 3})
    assert run_file(workspace, run.id, "training") == b"{}\n"


def test_an_old_workspace_ends_with_the_tables_of_a_new_one(old: str) -> None:
    assert tables(open_workspace(old)) == tables(open_workspace())


def test_migrations_run_in_order_and_once(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def add_colour(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE datasets ADD COLUMN colour VARCHAR"))

    def colour_all(connection: Connection) -> None:
        connection.execute(text("UPDATE datasets SET colour = coalesce(colour, '') || 'green'"))

    monkeypatch.setattr(migrations, "MIGRATIONS", [*MIGRATIONS, add_colour, colour_all])
    for _ in range(2):
        workspace = open_workspace(old)
        assert version(workspace) == len(MIGRATIONS) + 3
        with workspace.read() as connection:
            assert connection.execute(text("SELECT colour FROM datasets")).scalar() == "green"


def test_a_migration_that_fails_leaves_the_workspace_as_it_was(
    old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = version(open_workspace(old))

    def fail_half_way(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE datasets ADD COLUMN colour VARCHAR"))
        connection.execute(text("DELETE FROM examples"))
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", [*MIGRATIONS, fail_half_way])
        with pytest.raises(RuntimeError):
            open_workspace(old)
    workspace = open_workspace(old)
    assert version(workspace) == before
    assert tables(workspace) == tables(open_workspace())
    assert len(questions(workspace, 1)) == 2


def test_a_workspace_of_a_newer_program_is_refused_in_words_and_left_alone(old: str) -> None:
    workspace = open_workspace(old)
    with workspace.write() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    with pytest.raises(WorkspaceError, match=r"newer VoiceTune .*version is 99.*Update VoiceTune"):
        open_workspace(old)
    assert version(workspace) == 99
