"""Makes the starter model.

`python -m voicetune.engine.starter --prose DIR --conversations FILE ... --out DIR`

Start it again with the same arguments to go on where it stopped.
"""

import argparse
from pathlib import Path

from voicetune.engine.starter.training import Recipe, train


def main() -> None:
    """Reads the arguments and trains."""
    parser = argparse.ArgumentParser(prog="python -m voicetune.engine.starter")
    parser.add_argument("--prose", type=Path, required=True, help="folder of *.jsonl.gz texts")
    parser.add_argument("--conversations", type=Path, nargs="+", required=True, help="*.jsonl")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    arguments = parser.parse_args()
    recipe = Recipe(steps=arguments.steps)
    train(arguments.prose, arguments.conversations, arguments.out, recipe)


if __name__ == "__main__":
    main()
