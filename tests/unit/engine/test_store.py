"""The engine's database and folders."""

from pathlib import Path

import pytest

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
