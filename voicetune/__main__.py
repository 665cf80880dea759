"""`python -m voicetune`: the command line."""

import io
import sys

from voicetune.cli import main

if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # Windows pipes are cp1252 otherwise
    main(prog_name="python -m voicetune")
