"""Runs in every state, put into a workspace as a place would have reported them."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from voicetune.examples.example import Example
from voicetune.examples.writing import to_jsonl
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import get_dataset
from voicetune.workspace.examples import list_examples
from voicetune.workspace.reports import (
    Checkpoint,
    Event,
    add_events,
    save_checkpoints,
    save_sample,
)
from voicetune.workspace.runs import Run, create_run, get_run, list_runs, update_run
from voicetune.workspace.schema import now

STEPS = 27
"""Steps an epoch of the seeded runs."""
NASTY = "**bold** $x$ <b>html</b> :red[red] [link](http://x) 🌱 שלום 東京"


def seed_run(
    ws: Workspace,
    voice: int,
    status: str,
    *,
    epochs_done: float = 0,
    epochs: int = 9,
    place: str = "local",
    model: str = "voicetune-starter",
    rises_after: int = 6,
    answers: Sequence[str] = (),
    **changes: Any,
) -> Run:
    """Makes a run of the voice's examples, so many epochs in, and returns it."""
    examples = [e for e in list_examples(ws, voice) if e.include]
    sides = {s: [e for e in examples if e.split == s] for s in ("training", "validation")}
    number = len(list_runs(ws)) + 1
    run = create_run(
        ws,
        key=f"seed-{number}",
        dataset_id=voice,
        dataset_name=get_dataset(ws, voice).name,
        place=place,
        model=model,
        system=examples[0].system,
        question=_first_question(sides["validation"]),
        training_examples=len(sides["training"]),
        validation_examples=len(sides["validation"]),
        hyperparameters={"n_epochs": epochs, "batch_size": 4},
        estimate={"seconds": 120},
        files={side: to_jsonl(rows) for side, rows in sides.items() if rows},
    )
    began = now() - timedelta(seconds=200)
    _report(ws, run, began, int(epochs_done * STEPS), epochs, rises_after)
    for epoch, answer in enumerate(answers):
        save_sample(ws, run.id, epoch, run.question, answer, model=f"m-{epoch}")
    known: dict[str, Any] = {"status": status, "started": began}
    if status not in ("prepared", "uploading", "creating", "not_started"):
        known["job_id"] = f"ftjob-{number}"
    if status == "succeeded":
        known |= {"fine_tuned_model": f"ft:{model}:local::{number:08x}", "trained_tokens": 94_000}
    if status in ("succeeded", "failed", "cancelled"):
        known["finished"] = now()
    update_run(ws, run.id, **known | changes)
    return get_run(ws, run.id)


def _first_question(examples: Sequence[Example]) -> str:
    return examples[0].question if examples else ""


def _report(
    ws: Workspace, run: Run, began: datetime, steps: int, epochs: int, rises_after: int
) -> None:
    events = [_said("start", began, "Fine-tuning job started")] if steps else []
    checkpoints = []
    for step in range(1, steps + 1):
        moment = began + timedelta(seconds=step * 0.7)
        epoch = step / STEPS
        loss = 1.6 + 2.2 * math.exp(-epoch / 2.2) + 0.12 * math.sin(step * 1.7)
        figures: dict[str, Any] = {
            "step": step,
            "total_steps": STEPS * epochs,
            "epoch": epoch,
            "train_loss": loss,
            "train_mean_token_accuracy": 1 / (1 + loss / 1.4),
        }
        if step % STEPS == 0:
            rise = max(0.0, epoch - rises_after) * 0.06
            valid = 1.95 + 1.7 * math.exp(-epoch / 1.8) + rise
            figures |= {
                "full_valid_loss": valid,
                "full_valid_mean_token_accuracy": 1 / (1 + valid / 1.4),
            }
            checkpoints.append(
                Checkpoint(
                    f"ftckpt-{run.id}-{step}",
                    step,
                    f"{run.model}:{run.id}:ckpt-step-{step}",
                    moment,
                    figures,
                )
            )
        message = f"Step {step}/{STEPS * epochs}: training loss={loss:.2f}"
        events.append(replace(_said(str(step), moment, message), type="metrics", data=figures))
    add_events(ws, run.id, events)
    for end in range(len(checkpoints)):
        save_checkpoints(ws, run.id, checkpoints[max(0, end - 2) : end + 1])


def _said(number: str, moment: datetime, message: str) -> Event:
    return Event(f"ftevent-{number}", moment.astimezone(UTC), message)
