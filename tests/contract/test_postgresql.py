"""PostgreSQL holds the workspace as SQLite does: the same tests, on a server.

The server is the one that VOICETUNE_TEST_POSTGRESQL_URL names, or a private one on a socket in a
temporary folder where PostgreSQL's programs are found.
"""

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, inspect, make_url, text

from tests.unit.workspace import (
    test_chats,
    test_datasets,
    test_examples,
    test_history,
    test_refusals,
    test_reports,
    test_runs,
    test_settings,
)
from tests.unit.workspace.samples import filled, pair, questions, reopened
from voicetune.workspace import migrations
from voicetune.workspace.database import Workspace, open_workspace
from voicetune.workspace.errors import WorkspaceError
from voicetune.workspace.examples import add_examples
from voicetune.workspace.migrations import latest_version, read_version
from voicetune.workspace.schema import metadata

BEHAVIOURS: list[ModuleType] = [
    test_chats,
    test_datasets,
    test_examples,
    test_history,
    test_refusals,
    test_reports,
    test_runs,
    test_settings,
]
for _module in BEHAVIOURS:
    globals().update({k: v for k, v in vars(_module).items() if k.startswith("test_")})


def programs() -> Path | None:
    """Returns the folder of PostgreSQL's programs, the newest where there are several."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((p.parent for p in found), key=lambda p: float(p.parent.name), default=None)


def as_server(command: list[str | Path]) -> None:
    """Runs one of PostgreSQL's programs, which refuse to run as root."""
    user = "postgres" if os.geteuid() == 0 else None
    subprocess.run(
        [str(part) for part in command],
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        check=True,
        capture_output=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    url = os.environ.get("VOICETUNE_TEST_POSTGRESQL_URL")
    if url:
        yield url
        return
    folder = programs()
    if folder is None:
        pytest.skip("no PostgreSQL here: install it, or set VOICETUNE_TEST_POSTGRESQL_URL")
    # Not pytest's temporary folder: the server's user may not enter it, and a socket's path is
    # limited to 107 bytes.
    place = Path(tempfile.mkdtemp(prefix="voicetune-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(place, "postgres", "postgres")
    data, log = place / "data", place / "log"
    initdb = ["-U", "voicetune", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    as_server([folder / "initdb", "-D", data, *initdb])
    options = f"-k {place} -c listen_addresses= -c fsync=off"
    control: list[str | Path] = [folder / "pg_ctl", "-D", data, "-w"]
    as_server([*control, "-l", log, "-o", options, "start"])
    yield f"postgresql://voicetune@/postgres?host={place}"
    as_server([*control, "-m", "immediate", "stop"])
    shutil.rmtree(place)


@pytest.fixture
def address(server: str) -> Iterator[str]:
    """The URL of an empty schema of its own."""
    schema = f"voicetune_{uuid4().hex}"
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        mine = url.update_query_dict({"options": f"-c search_path={schema}"})
        yield mine.render_as_string(hide_password=False)
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def workspace(address: str) -> Iterator[Workspace]:
    workspace = open_workspace(address)
    yield workspace
    workspace.close()


def test_the_environment_s_url_opens_the_server(
    address: str, monkeypatch: pytest.MonkeyPatch, voicetune_home: Path
) -> None:
    monkeypatch.setenv("VOICETUNE_DATABASE_URL", address)
    workspace = open_workspace()
    dataset_id, _ = filled(workspace, "a")
    workspace.close()
    again = open_workspace()
    assert questions(again, dataset_id) == ["a"]
    again.close()
    assert not voicetune_home.exists()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_scheme_opens_it(address: str, scheme: str) -> None:
    workspace = open_workspace(address.replace("postgresql+psycopg", scheme))
    assert workspace.engine.dialect.name == "postgresql"
    workspace.close()


def test_several_open_an_empty_schema_at_the_same_time(address: str) -> None:
    errors: list[BaseException] = []

    def enter() -> None:
        try:
            open_workspace(address).close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=enter) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    workspace = open_workspace(address)
    with workspace.read() as connection:
        assert connection.execute(text("SELECT version FROM schema_version")).all() == [
            (latest_version(),)
        ]
        assert set(metadata.tables) <= set(inspect(connection).get_table_names())
    workspace.close()


def test_a_failed_migration_leaves_the_tables_as_they_were(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_half_way(connection: object) -> None:
        connection.execute(text("ALTER TABLE datasets ADD COLUMN colour VARCHAR"))  # type: ignore[attr-defined]
        raise RuntimeError

    monkeypatch.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, fail_half_way])
    with pytest.raises(RuntimeError):
        reopened(workspace)
    with workspace.read() as connection:
        assert read_version(connection) == latest_version() - 1
        columns = {column["name"] for column in inspect(connection).get_columns("datasets")}
    assert "colour" not in columns


def test_a_newer_database_is_refused(workspace: Workspace) -> None:
    with workspace.write() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    with pytest.raises(WorkspaceError, match="newer VoiceTune"):
        reopened(workspace)


def test_two_servers_of_the_app_add_to_one_set_without_losing_a_step(
    workspace: Workspace,
) -> None:
    dataset_id, _ = filled(workspace)

    def add(window: Workspace, name: str) -> None:
        for number in range(10):
            add_examples(window, dataset_id, [pair(f"{name}{number}")], "Add an example")
        window.close()

    threads = [
        threading.Thread(target=add, args=(reopened(workspace), name)) for name in ("a", "b", "c")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = questions(workspace, dataset_id)
    assert sorted(found) == sorted(f"{name}{n}" for name in "abc" for n in range(10))
