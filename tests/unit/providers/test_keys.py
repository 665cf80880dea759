"""Where keys come from, and that a file or a keychain is used only as it should be."""

import os

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from voicetune.providers import keychain
from voicetune.providers.client import hosted_place
from voicetune.providers.keys import find_key, key_file, key_for
from voicetune.providers.profiles import load_profiles

KEY = "sk-marked-000111222"


@pytest.fixture
def openai(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY_FILE", raising=False)
    return load_profiles()["openai"]


class Chain(KeyringBackend):
    """A keychain in memory."""

    priority = 5

    def __init__(self):
        super().__init__()
        self.kept, self.locked = {}, False

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        if self.locked:
            raise KeyringLocked(f"cannot store {password}")
        self.kept[service, username] = password

    def delete_password(self, service, username):
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def chain():
    before = keyring.get_keyring()
    chain = Chain()
    keyring.set_keyring(chain)
    keychain._read.cache_clear()
    yield chain
    keyring.set_keyring(before)
    keychain._read.cache_clear()


def write(path, text=KEY, mode=0o600):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n")
    path.chmod(mode)
    return path


def test_a_typed_key_goes_before_the_environment_s_and_that_before_the_file_s(openai, monkeypatch):
    write(key_file(openai), "from-the-file")
    assert find_key(openai).source == "file"
    monkeypatch.setenv("OPENAI_API_KEY", " from-the-environment ")
    assert find_key(openai).value == "from-the-environment"
    assert key_for(openai, " typed ") == "typed"


def test_a_key_file_of_the_owner_alone_is_used(openai):
    write(key_file(openai))
    assert key_for(openai) == KEY
    assert hosted_place(openai).api_key == KEY


def test_a_key_file_may_be_named_as_in_containers(openai, monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY_FILE", str(write(tmp_path / "mounted")))
    assert key_for(openai) == KEY


@pytest.mark.skipif(os.name == "nt", reason="rights are not in the mode there")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_key_file_that_others_can_read_is_refused_with_a_sentence(openai, mode):
    path = write(key_file(openai), mode=mode)
    found = find_key(openai)
    assert (found.value, found.source) == ("", "")
    assert f"chmod 600 {path}" in found.trouble
    assert KEY not in found.trouble


def test_a_folder_or_a_large_file_is_no_key_file(openai):
    key_file(openai).mkdir(parents=True)
    assert "no file with a key" in find_key(openai).trouble
    key_file(openai).rmdir()
    write(key_file(openai), "x" * 20_000)
    assert "no file with a key" in find_key(openai).trouble


def test_a_key_shows_in_no_repr(openai):
    assert KEY not in repr(find_key(openai, KEY))
    assert KEY not in repr(hosted_place(openai, KEY))


def test_a_key_is_kept_in_the_keychain_by_choice_and_removed(openai, chain, voicetune_home):
    assert keychain.available()
    assert key_for(openai) == ""
    keychain.keep("openai", KEY)
    assert (find_key(openai).value, find_key(openai).source) == (KEY, "keychain")
    files = [path for path in voicetune_home.rglob("*") if path.is_file()]
    assert not any(KEY.encode() in path.read_bytes() for path in files)
    keychain.forget("openai")
    assert key_for(openai) == ""
    assert chain.kept == {}
    keychain.forget("openai")


def test_the_keychain_is_not_opened_for_a_place_that_has_no_key_there(openai, chain):
    chain.kept["voicetune", "openai"] = "of another program"
    assert key_for(openai) == ""


def test_a_keychain_that_refuses_says_so_without_the_key(chain):
    chain.locked = True
    with pytest.raises(keychain.KeychainError) as caught:
        keychain.keep("openai", KEY)
    assert "KeyringLocked" in str(caught.value)
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert keychain.places_kept() == set()


def test_a_computer_without_a_keychain_offers_none():
    before = keyring.get_keyring()
    from keyring.backends import fail

    keyring.set_keyring(fail.Keyring())
    assert not keychain.available()
    keyring.set_keyring(before)
