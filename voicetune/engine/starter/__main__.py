"""Makes the starter model.

`python -m voicetune.engine.starter --prose DIR --conversations FILE ... --out DIR`

`--recipe '{"rows": 8, "dropout": 0.2}'` changes single settings. A CUDA device is used if there
is one.
"""

import argparse
import json
from pathlib import Path

import torch

from voicetune.engine.starter.training import Recipe, prepare, train


def main() -> None:
    """Reads the arguments and trains."""
    parser = argparse.ArgumentParser(prog="python -m voicetune.engine.starter")
    parser.add_argument("--prose", type=Path, required=True, help="folder of *.jsonl.gz texts")
    parser.add_argument("--conversations", type=Path, nargs="+", required=True, help="*.jsonl")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--recipe", type=json.loads, default={}, help="settings as JSON")
    parser.add_argument("--prepare", action="store_true", help="only tokenizer and token rows")
    arguments = parser.parse_args()
    texts = (arguments.prose, arguments.conversations, arguments.out)
    recipe = Recipe(**arguments.recipe)
    if arguments.prepare:
        prepare(*texts, recipe)
    else:
        train(*texts, recipe, "cuda" if torch.cuda.is_available() else "cpu")


if __name__ == "__main__":
    main()
