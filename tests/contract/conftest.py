"""Engines for the contract tests: one a module, or one a test where it is to be killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.running_engine import RunningEngine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    running = RunningEngine(tmp_path_factory.mktemp("engine")).start()
    yield running
    running.stop()


@pytest.fixture
def fresh_engine(tmp_path: Path) -> Iterator[RunningEngine]:
    running = RunningEngine(tmp_path).start()
    yield running
    running.stop()
