"""A workspace of its own for every test."""

from collections.abc import Iterator

import pytest

from voicetune.workspace.database import Workspace, open_workspace


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    workspace = open_workspace()
    yield workspace
    workspace.close()
