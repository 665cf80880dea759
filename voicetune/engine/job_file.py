"""A job written down in a file, for a trainer that runs without an engine."""

import json
import os
import signal
from pathlib import Path

from voicetune.engine.ranks import Ranks

LEFT_OUT = {
    "adapter": None,
    "validation_file": None,
    "n_epochs": "auto",
    "batch_size": "auto",
    "learning_rate_multiplier": "auto",
    "seed": 1,
    "resume": True,
}
"""What a file need not say; a job goes on where it was broken off."""


def open_job(file: Path, ranks: Ranks) -> int | None:
    """Returns the end of a pipe from which the job comes, in the first process, else None.

    A process that is asked to end, since its machine is wanted for something else, is told to pause
    by the same pipe; the others wait for the first one to say so.
    """
    if not ranks.first:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return None
    job = {"op": "train", **LEFT_OUT, **json.loads(file.read_text(encoding="utf-8"))}
    source, sink = os.pipe()
    os.write(sink, json.dumps(job).encode() + b"\n")
    signal.signal(signal.SIGTERM, lambda *_: os.write(sink, b'{"op": "pause"}\n'))
    return source
