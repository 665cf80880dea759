"""Runs the local engine.

`python -m voicetune.engine --host 127.0.0.1 --port 0 --home DIR --token-file FILE`

It prints one line, `listening on http://127.0.0.1:PORT/v1`, and serves until it is interrupted, or
with --parent-stdin until its standard input closes.
"""

import argparse
import asyncio
import os
import sqlite3
import sys
from importlib.util import find_spec
from pathlib import Path

from voicetune.engine.failures import storage_problem
from voicetune.engine.guard import is_loopback, read_token
from voicetune.engine.log import write_log_to
from voicetune.engine.server import Settings, StartError, serve
from voicetune.engine.store import HomeInUseError
from voicetune.engine.trainer_command import trainer_command


def main() -> int:
    """Reads the arguments and serves; returns the exit status."""
    arguments = options().parse_args()
    if find_spec("torch") is None:
        return _refuse("The local engine needs PyTorch: pip install -r requirements.txt")
    if arguments.token_file is None and not is_loopback(arguments.host):
        return _refuse(
            f"{arguments.host} can be reached from other computers. Name a token with --token-file."
        )
    os.umask(0o077)  # what people upload is theirs alone
    home: Path = arguments.home.resolve()
    try:
        (home / "logs").mkdir(parents=True, exist_ok=True)
        write_log_to(home / "logs" / "engine.log")
        settings = Settings(
            home=home,
            token=read_token(arguments.token_file or home / "token"),
            host=arguments.host,
            port=arguments.port,
            parent_stdin=arguments.parent_stdin,
            trainer=trainer_command(arguments.processes, arguments.accelerate_config),
        )
        asyncio.run(serve(settings))
    except (HomeInUseError, StartError, ValueError) as error:
        return _refuse(str(error))
    except (OSError, sqlite3.Error) as error:
        problem = storage_problem(error, then="start again")
        return _refuse(f"{home}: {problem or error}")
    except KeyboardInterrupt:
        return 130
    return 0


def options() -> argparse.ArgumentParser:
    """Returns the options of the command."""
    parser = argparse.ArgumentParser(prog="python -m voicetune.engine")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--home", type=Path, required=True, help="the engine's folder")
    parser.add_argument("--token-file", type=Path, help="file with the token; made when missing")
    parser.add_argument(
        "--parent-stdin", action="store_true", help="stop when standard input closes"
    )
    parser.add_argument(
        "--processes",
        type=_count,
        default=os.environ.get("VOICETUNE_PROCESSES", "auto"),
        help="processes that train a job together; auto: one for each NVIDIA GPU",
    )
    parser.add_argument(
        "--accelerate-config",
        type=Path,
        help="file written by `accelerate config`, for training on several machines",
    )
    return parser


def _count(text: str) -> int | None:
    count = None if text == "auto" else int(text)
    if count is not None and count < 1:
        raise ValueError
    return count


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
