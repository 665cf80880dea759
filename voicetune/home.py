"""Where VoiceTune keeps everything: one folder a person, moved by VOICETUNE_HOME."""

import os
from pathlib import Path

from platformdirs import user_data_path

DATA = Path(__file__).resolve().parent.parent / "data"
"""What ships with VoiceTune: samples, starter model, vocabulary, prices."""


def home() -> Path:
    """Returns the folder of this person's data, made when missing and readable by them alone."""
    folder = Path(os.environ.get("VOICETUNE_HOME") or user_data_path("voicetune"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
