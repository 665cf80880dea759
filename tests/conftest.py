"""Every test has a home folder of its own; nothing touches the person's data."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sentence_model import make_sentence_model
from voicetune.workspace.database import Workspace, open_workspace

if "PYTEST_XDIST_WORKER" in os.environ:
    # Of several test processes, each with a thread a core, every thread waits for the others.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def voicetune_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("VOICETUNE_HOME", str(home))
    monkeypatch.setenv("VOICETUNE_KEYS", str(tmp_path / "keys"))
    monkeypatch.delenv("VOICETUNE_DATABASE_URL", raising=False)
    # A sentence model that is installed here would be used by every coach.
    monkeypatch.setenv("VOICETUNE_SENTENCE_MODEL", str(tmp_path / "no model"))
    return home


@pytest.fixture
def ws() -> Iterator[Workspace]:
    """The workspace in the test's home, which pages and commands open too."""
    workspace = open_workspace()
    yield workspace
    workspace.close()


@pytest.fixture(scope="session")
def sentence_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sentence model with random weights."""
    return make_sentence_model(tmp_path_factory.mktemp("sentence") / "model")
