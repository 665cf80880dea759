"""Runs an engine with the scripted workers: `python engine.py --script SCRIPT --home HOME`."""

import argparse
import asyncio
import sys
from pathlib import Path

from voicetune.engine.guard import read_token
from voicetune.engine.log import write_log_to
from voicetune.engine.server import Settings, serve

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--script", required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token-file", type=Path)
    parser.add_argument("--parent-stdin", action="store_true")
    arguments = parser.parse_args()
    home = arguments.home
    (home / "logs").mkdir(mode=0o700, parents=True, exist_ok=True)
    write_log_to(home / "logs" / "engine.log")
    settings = Settings(
        home=home,
        token=read_token(arguments.token_file or home / "token"),
        port=arguments.port,
        parent_stdin=arguments.parent_stdin,
        generator=(sys.executable, str(HERE / "fake_generator.py"), str(home / "cancelled")),
        trainer=(sys.executable, str(HERE / "fake_trainer.py"), arguments.script),
    )
    asyncio.run(serve(settings))


main()
