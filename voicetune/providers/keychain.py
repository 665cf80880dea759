"""The operating system's keychain, for keys that a person chooses to keep there; read when needed.

Which places have a key there is written in a file without the keys, so that the keychain is not
opened for the others: it may ask the person each time.
"""

from functools import cache

from voicetune.home import home

SERVICE = "voicetune"
LIST = "keychain.txt"
PLAIN_FILES = "keyrings.alt"
"""A collection of stores in plain files; no keychain."""


class KeychainError(Exception):
    """The keychain did not take or give a key; the text says so in words."""


def available() -> bool:
    """Says whether this computer has a keychain that can be used."""
    try:
        import keyring
    except ModuleNotFoundError:
        return False
    backend = keyring.get_keyring()
    return backend.priority >= 1 and not type(backend).__module__.startswith(PLAIN_FILES)


def places_kept() -> set[str]:
    """Returns the ids of the places whose key is in the keychain."""
    try:
        return set((home() / LIST).read_text("utf-8").split())
    except FileNotFoundError:
        return set()


def keep(profile_id: str, key: str) -> None:
    """Puts a key into the keychain. Raises KeychainError."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, profile_id, key)
    except KeyringError as error:
        raise KeychainError(_words(error)) from None
    _read.cache_clear()
    _write(places_kept() | {profile_id})


def forget(profile_id: str) -> None:
    """Removes a key from the keychain. Raises KeychainError."""
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        keyring.delete_password(SERVICE, profile_id)
    except PasswordDeleteError:
        pass  # gone already
    except KeyringError as error:
        raise KeychainError(_words(error)) from None
    _read.cache_clear()
    _write(places_kept() - {profile_id})


def kept_key(profile_id: str) -> str:
    """Returns the key of a place from the keychain, "" where it is not there or not given out."""
    return _read(profile_id) if profile_id in places_kept() else ""


@cache
def _read(profile_id: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ModuleNotFoundError:
        return ""
    try:
        return keyring.get_password(SERVICE, profile_id) or ""
    except KeyringError:
        return ""


def _write(ids: set[str]) -> None:
    (home() / LIST).write_text("".join(f"{name}\n" for name in sorted(ids)), "utf-8")


def _words(error: Exception) -> str:
    # Only its kind: a backend's own text may quote what it was given.
    return (
        f"This computer's keychain refused ({type(error).__name__}). Unlock it and try again, or "
        "leave the key in this browser session."
    )
