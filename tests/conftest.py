"""Every test has a home folder of its own; nothing touches the person's data."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def voicetune_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("VOICETUNE_HOME", str(home))
    monkeypatch.setenv("VOICETUNE_KEYS", str(tmp_path / "keys"))
    monkeypatch.delenv("VOICETUNE_DATABASE_URL", raising=False)
    return home
