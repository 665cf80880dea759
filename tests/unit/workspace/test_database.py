"""Opening the workspace, and who may read and write it at the same time (SQLite)."""

import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.unit.workspace.samples import filled, pair, questions, reopened
from voicetune.workspace.database import Workspace, open_workspace
from voicetune.workspace.datasets import create_dataset, list_datasets
from voicetune.workspace.errors import WorkspaceError
from voicetune.workspace.examples import add_examples, update_example


def pragma(workspace: Workspace, name: str) -> object:
    with workspace.read() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar()


def test_the_workspace_is_a_file_in_the_person_s_own_folder(
    workspace: Workspace, voicetune_home: Path
) -> None:
    assert (voicetune_home / "workspace.db").is_file()
    assert stat.S_IMODE(voicetune_home.stat().st_mode) & 0o077 == 0


def test_a_commit_is_on_the_disk_before_it_returns(workspace: Workspace) -> None:
    assert pragma(workspace, "journal_mode") == "wal"
    assert pragma(workspace, "synchronous") == 2  # FULL: the log is flushed at every commit
    assert pragma(workspace, "foreign_keys") == 1


def test_a_url_in_the_environment_names_another_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, voicetune_home: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    monkeypatch.setenv("VOICETUNE_DATABASE_URL", f"sqlite:///{elsewhere}")
    create_dataset(open_workspace(), "My voice")
    assert elsewhere.is_file()
    assert not voicetune_home.exists()


def test_what_was_written_is_there_when_opened_again(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    workspace.close()
    assert questions(reopened(workspace), dataset_id) == ["a"]


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ada, this is not a database. " * 100)
    says = r"(?s)letter\.txt cannot be opened: file is not.*Keep a copy"
    with pytest.raises(WorkspaceError, match=says):
        open_workspace(f"sqlite:///{letter}")
    assert letter.read_text().startswith("Dear Ada")


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    url = "postgresql://ada:secret-word@127.0.0.1:1/voices?connect_timeout=2"
    with pytest.raises(WorkspaceError, match=r"127\.0\.0\.1:1/voices") as caught:
        open_workspace(url)
    assert "secret-word" not in str(caught.value)


def test_a_reader_sees_one_state_while_another_writes(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    count = text("SELECT count(*) FROM examples")
    with workspace.read() as connection:
        before = connection.execute(count).scalar()
        writer = threading.Thread(
            target=add_examples, args=(workspace, dataset_id, [pair("b")], "Add an example")
        )
        writer.start()
        writer.join(20)
        assert not writer.is_alive()
        assert connection.execute(count).scalar() == before
    assert questions(workspace, dataset_id) == ["a", "b"]


def test_a_read_inside_a_write_sees_what_was_written(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    with workspace.write():
        add_examples(workspace, dataset_id, [pair("b")], "Add an example")
        assert questions(workspace, dataset_id) == ["a", "b"]
        assert questions(reopened(workspace), dataset_id) == ["a"]


def test_a_write_of_one_thread_is_not_joined_by_another(workspace: Workspace) -> None:
    dataset_id, _ = filled(workspace, "a")
    seen: list[list[str]] = []
    with workspace.write():
        add_examples(workspace, dataset_id, [pair("b")], "Add an example")
        reader = threading.Thread(target=lambda: seen.append(questions(workspace, dataset_id)))
        reader.start()
        reader.join(20)
    assert seen == [["a"]]


def test_deleting_follows_foreign_keys_on_every_connection(workspace: Workspace) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"), workspace.write() as connection:
        connection.execute(text("INSERT INTO run_files VALUES (99, 'training', x'00')"))


WRITER = """
import sys
from voicetune.workspace.database import open_workspace
from voicetune.workspace.datasets import create_dataset
from voicetune.workspace.examples import add_examples, update_example
from tests.unit.workspace.samples import pair

workspace = open_workspace()
dataset_id = create_dataset(workspace, sys.argv[1])
(a,) = add_examples(workspace, dataset_id, [pair("0")], "Import")
for number in range(1, 40):
    update_example(workspace, a, messages=pair(str(number)).messages)
"""


def test_several_processes_open_an_empty_folder_and_write_at_the_same_time() -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, name], stderr=subprocess.PIPE, text=True)
        for name in ("one", "two", "three")
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert writer.returncode == 0, errors
    workspace = open_workspace()
    assert sorted(dataset.name for dataset in list_datasets(workspace)) == ["one", "three", "two"]
    for dataset in list_datasets(workspace):
        assert (questions(workspace, dataset.id), dataset.revision) == (["39"], 40)


def test_a_write_waits_for_one_that_is_under_way(
    workspace: Workspace, voicetune_home: Path
) -> None:
    _, (a,) = filled(workspace, "a")
    other = sqlite3.connect(voicetune_home / "workspace.db", check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.2, other.rollback)
    release.start()
    assert update_example(workspace, a, include=False).include is False
    release.join()
    other.close()


def test_a_folder_that_is_not_there_is_named_with_what_to_do(tmp_path):
    nowhere = tmp_path / "gone" / "workspace.db"
    with pytest.raises(WorkspaceError, match=r"(?s)gone/workspace\.db.*its folder is there"):
        open_workspace(f"sqlite:///{nowhere}")
