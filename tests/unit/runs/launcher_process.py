"""Launches runs, each in a process forked for it, so that a test can kill one at any moment.

Reads a line of JSON for each launch (profile, url, key, run) and writes the forked process's id,
then how it ended: 0, or minus the signal that killed it.
"""

import json
import os
import sys

import openai  # noqa: F401  imported once, before all forks

from voicetune.providers import transport  # noqa: F401
from voicetune.providers.client import Place
from voicetune.providers.profiles import load_profiles
from voicetune.runs.launch import launch
from voicetune.workspace.database import open_workspace
from voicetune.workspace.runs import get_run


def launch_one(asked: dict) -> None:
    place = Place(load_profiles()[asked["profile"]], asked["url"], asked["key"])
    workspace = open_workspace()
    launch(workspace, get_run(workspace, asked["run"]), place)


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            launch_one(json.loads(line))
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
