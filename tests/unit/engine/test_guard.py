"""Tokens, and which addresses are this computer's own."""

import stat
from pathlib import Path

import pytest

from voicetune.engine.guard import is_loopback, read_token


def test_a_missing_token_is_made_for_its_owner_alone_and_kept(tmp_path: Path):
    file = tmp_path / "token"
    token = read_token(file)
    assert len(token) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_token(file) == token


def test_a_token_others_could_read_is_closed_to_them(tmp_path: Path):
    file = tmp_path / "token"
    file.write_text("a token that is long enough\n")
    file.chmod(0o644)
    assert read_token(file) == "a token that is long enough"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "\n", "short"])
def test_a_token_that_can_be_guessed_is_refused(tmp_path: Path, content: str):
    (tmp_path / "token").write_text(content)
    with pytest.raises(ValueError, match="shorter"):
        read_token(tmp_path / "token")


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("example.org", False),
        ("", False),
    ],
)
def test_only_loopback_addresses_are_this_computer_s_own(host: str, own: bool):
    assert is_loopback(host) is own
