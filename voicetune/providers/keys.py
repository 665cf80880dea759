"""Where the key of a place comes from, in this order: typed, environment, key file, keychain.

Streamlit's secrets come between the environment and the file; the pages add them. A key is never
written to VoiceTune's own folder.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from platformdirs import user_config_path

from voicetune.providers import keychain
from voicetune.providers.profiles import Profile

FOLDER_VARIABLE = "VOICETUNE_KEYS"
FILE_SUFFIX = "_FILE"
LONGEST = 10_000
"""More bytes than any key has: a file that is larger is something else."""

Source = Literal["", "typed", "environment", "file", "keychain"]


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key and where it was found. `trouble` says why a key file was not used, in a sentence."""

    value: str = field(default="", repr=False)
    source: Source = ""
    trouble: str = ""


def find_key(profile: Profile, typed: str = "") -> FoundKey:
    """Looks for the key of a place; the value is "" where there is none."""
    name = profile.api_key_env
    if typed.strip():
        return FoundKey(typed.strip(), "typed")
    if name and os.environ.get(name, "").strip():
        return FoundKey(os.environ[name].strip(), "environment")
    trouble = ""
    if name:
        path = key_file(profile)
        trouble = why_not(path)
        if path.exists() and not trouble:
            key = path.read_text("utf-8", errors="replace").strip()
            if key:
                return FoundKey(key, "file")
    kept = keychain.kept_key(profile.id)
    return FoundKey(kept, "keychain" if kept else "", trouble)


def key_for(profile: Profile, typed: str = "") -> str:
    """Returns the key to use for a place, "" where there is none."""
    return find_key(profile, typed).value


def key_file(profile: Profile) -> Path:
    """Returns the file that may hold a place's key.

    OPENAI_API_KEY_FILE names it, as is usual in containers; else it is the file OPENAI_API_KEY in
    the folder that VOICETUNE_KEYS names, or in VoiceTune's folder of settings.
    """
    name = profile.api_key_env or profile.id
    named = os.environ.get(name + FILE_SUFFIX)
    if named:
        return Path(named).expanduser()
    folder = os.environ.get(FOLDER_VARIABLE)
    return (Path(folder) if folder else user_config_path("voicetune") / "keys") / name


def why_not(path: Path) -> str:
    """Says why a key file is not used: others may read it, or it is no key file; "" where it is.

    On Windows the rights of a file are not in its mode; there the folder of settings is the
    person's own.
    """
    try:
        found = path.stat()
    except OSError:
        return ""
    if not stat.S_ISREG(found.st_mode) or found.st_size > LONGEST:
        return f"The key file {path} is not used: it is no file with a key alone in it."
    if os.name == "nt":
        return ""
    if found.st_uid != os.getuid():
        return f"The key file {path} is not used: it belongs to someone else."
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return (
            f"The key file {path} is not used: other people on this computer can read it. Run "
            f"chmod 600 {path}"
        )
    return ""
