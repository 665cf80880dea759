"""Records the run that "How it works" lets people scrub through: data/recorded_run.json.

`python -m benchmarks.record_run [--epochs 20]`

Trains the starter model on the sample voice of the hiring manager through the engine, longer than
recommended, so that overfitting shows, and writes down every measurement and answer as it came.
"""

import argparse
import json
import os
import platform

import click

from voicetune.commands.train import follow
from voicetune.examples.reading import read_file
from voicetune.home import DATA
from voicetune.providers.profiles import load_profiles
from voicetune.runs.connection import connected
from voicetune.runs.launch import Settings, confirmation_key, launch, prepare
from voicetune.runs.watch import points_of
from voicetune.training.recording import write_recording
from voicetune.ui.samples import add_sample, samples
from voicetune.workspace.database import open_workspace
from voicetune.workspace.reports import list_samples
from voicetune.workspace.runs import run_file

VOICE = "hiring_manager"
SEED = 7


def main() -> None:
    """Trains and records."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.record_run")
    parser.add_argument("--epochs", type=int, default=20)
    arguments = parser.parse_args()
    profile = load_profiles()["local"]
    model = profile.models[0]
    ws = open_workspace()
    dataset = add_sample(ws, VOICE)
    settings = Settings(n_epochs=arguments.epochs, seed=SEED)
    with connected(profile) as place_now:
        place = place_now()
        key = confirmation_key(ws, dataset, place, model.id, settings)
        run = launch(ws, prepare(ws, dataset, place, model.id, settings, key), place)
        run = follow(ws, run, place_now, click.echo)
    if run.status != "succeeded" or run.started is None or run.finished is None:
        raise SystemExit(f"The run ended as {run.status}: {run.message}")
    held_out = read_file("validation.jsonl", run_file(ws, run.id, "validation") or b"").examples
    written = write_recording(
        DATA / "recorded_run.json",
        points_of(ws, run),
        {sample.epoch: sample.answer for sample in list_samples(ws, run.id)},
        recorded=run.finished.date(),
        voice=samples()[VOICE].name,
        model=model.name,
        machine=f"{os.cpu_count()} {platform.machine()} cores",
        seconds=(run.finished - run.started).total_seconds(),
        epochs=arguments.epochs,
        training_examples=run.training_examples,
        validation_examples=run.validation_examples,
        question=run.question,
        own_answer=next(e.answer for e in held_out if e.question == run.question),
    )
    print(json.dumps({"points": len(written.points), "answers": len(written.samples)}))
    ws.close()


if __name__ == "__main__":
    main()
