"""The fuzz target starts from inputs that its importers really read."""

from pathlib import Path

import pytest

from benchmarks import fuzz_importers
from voicetune.importers import recognition


def test_each_seed_is_read_by_an_importer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []

    def noted(name: str, source: object) -> recognition.Found:
        found = recognition.read(name, source)  # type: ignore[arg-type]
        read.append(found.kind)
        return found

    monkeypatch.setattr(fuzz_importers, "read", noted)
    fuzz_importers.write_seeds(tmp_path)
    for seed in sorted(tmp_path.iterdir()):
        fuzz_importers.one_input(seed.read_bytes())
    every = {kind.code for kind, _ in recognition._ARCHIVES + recognition._FILES}
    assert every - set(read) <= {"substack", "workbook"}  # need two members at once


def test_an_empty_input_is_no_fault():
    fuzz_importers.one_input(b"")
