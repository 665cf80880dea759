"""The engine's database and folders."""

import sqlite3
from pathlib import Path

import pytest

from tests.full_disk import full_disk
from voicetune.engine.store import (
    HomeInUseError,
    Page,
    Store,
    UnknownCursorError,
    add_file,
    delete_file,
    file_path,
    get_file,
    list_files,
    save_speed,
    speed_of,
    write_file,
)


@pytest.fixture
def store(tmp_path: Path):
    store = Store(tmp_path / "engine")
    yield store
    store.close()


def test_a_file_moves_in_and_out_again(store: Store, tmp_path: Path):
    source = tmp_path / "upload"
    source.write_bytes(b"three")
    file = add_file(store, source, "été 猫.jsonl", "fine-tune")
    assert not source.exists()
    assert get_file(store, file.id) == file
    assert (file.bytes, file_path(store, file.id).read_bytes()) == (5, b"three")
    delete_file(store, file.id)
    assert get_file(store, file.id) is None
    assert not file_path(store, file.id).exists()


def test_paging_is_not_disturbed_by_what_is_added_meanwhile(store: Store):
    ids = [write_file(store, b"x", "a", "fine-tune").id for _ in range(3)]
    first, more = list_files(store, Page(limit=2))
    assert ([file.id for file in first], more) == ([ids[2], ids[1]], True)
    write_file(store, b"x", "late", "fine-tune")
    rest, more = list_files(store, Page(after=ids[1], limit=2))
    assert ([file.id for file in rest], more) == ([ids[0]], False)


def test_a_list_after_something_that_is_gone_is_refused(store: Store):
    file = write_file(store, b"x", "a", "fine-tune")
    delete_file(store, file.id)
    with pytest.raises(UnknownCursorError):
        list_files(store, Page(after=file.id))


def test_a_transaction_that_fails_keeps_nothing_of_it(store: Store):
    def half() -> None:
        with store.transaction():
            save_speed(store, "a", 1.0)
            with store.transaction():
                save_speed(store, "b", 1.0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert speed_of(store, "a") is None
    assert speed_of(store, "b") is None


def test_a_full_disk_keeps_what_was_and_takes_more_once_there_is_room(store: Store):
    save_speed(store, "before", 1.0)
    for _ in range(2):
        with full_disk(), pytest.raises(sqlite3.OperationalError), store.transaction():
            save_speed(store, "lost", 1.0)
    with full_disk(), pytest.raises(OSError, match="too large"):
        write_file(store, b"x" * 10, "a", "fine-tune")
    assert list(store.uploads.iterdir()) == list(store.files.iterdir()) == []
    with store.transaction():
        save_speed(store, "after", 1.0)
    store.close()
    again = Store(store.home)
    kept = [name for name in ("before", "lost", "after") if speed_of(again, name)]
    again.close()
    assert kept == ["before", "after"]


def test_a_file_whose_row_cannot_be_written_goes_again(store: Store, tmp_path: Path):
    source = tmp_path / "upload"
    source.write_bytes(b"three")
    with full_disk(), pytest.raises(sqlite3.OperationalError):
        add_file(store, source, "a", "fine-tune")
    assert list(store.files.iterdir()) == []


def test_what_cannot_be_undone_waits_until_the_rows_are_kept(store: Store):
    done: list[str] = []

    def lose() -> None:
        with full_disk(), store.transaction():
            save_speed(store, "a", 1.0)
            store.afterwards(lambda: done.append("lost"))

    with pytest.raises(sqlite3.OperationalError):
        lose()
    with store.transaction():
        with store.transaction():
            store.afterwards(lambda: done.append("kept"))
        assert done == []
    assert done == ["kept"]


def test_one_engine_holds_a_folder_alone_and_gives_it_back(store: Store):
    with pytest.raises(HomeInUseError):
        Store(store.home)
    store.close()
    Store(store.home).close()


def test_a_folder_of_a_newer_version_is_left_alone(store: Store):
    store.write("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(HomeInUseError, match="newer"):
        Store(store.home)
