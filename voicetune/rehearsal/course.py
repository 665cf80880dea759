"""The course of a rehearsed job: a minute of training by the clock, with made-up figures."""

import base64
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from voicetune.rehearsal.place import START, ScriptedPlace

CHECKING, WAITING, LEARNING = 3.0, 2.0, 45.0
"""Seconds of each part of a job; the last is shared by its steps."""
MOST_STEPS = 60
STEPS_AN_EPOCH = 12
DEFAULT_EPOCHS = 3
OVER = ("succeeded", "failed", "cancelled")
STANDING_STILL = (*OVER, "paused")


@dataclass
class _Job:
    looked: float
    gone_by: float = 0.0
    steps: int = 0
    said: set[str] = field(default_factory=set)


class Course:
    """Moves the jobs of a place on each time someone asks how one stands."""

    def __init__(self, place: ScriptedPlace, clock: Callable[[], float] = time.time) -> None:
        self._place = place
        self._clock = clock
        self._jobs: dict[str, _Job] = {}
        place.clock = lambda: clock() - START
        place.when_asked = self.look

    def look(self, job_id: str) -> None:
        """Brings a job to where it is by now."""
        place, now = self._place, self._clock()
        if job_id not in place.jobs:
            return
        job = self._jobs.setdefault(job_id, _Job(looked=now))
        status = place.jobs[job_id]["status"]
        if status not in STANDING_STILL:
            job.gone_by += now - job.looked
        job.looked = now
        if status in STANDING_STILL:
            return
        self._say(job_id, "Rehearsal: no model is trained; all figures are made up.")
        if job.gone_by < CHECKING:
            return
        self._say(job_id, "The examples were checked.")
        if job.gone_by < CHECKING + WAITING:
            place.advance(job_id, "queued")
            return
        place.advance(job_id, "running")
        self._learn(job_id, (job.gone_by - CHECKING - WAITING) / LEARNING)

    def _learn(self, job_id: str, share: float) -> None:
        place, job = self._place, self._jobs[job_id]
        epochs = self._epochs(job_id)
        each = max(1, min(STEPS_AN_EPOCH, MOST_STEPS // epochs))
        total = epochs * each
        for step in range(job.steps + 1, min(total, int(share * total)) + 1):
            figures = self._figures(job_id, step / total, validated=step % each == 0)
            place.metric(job_id, step, total, **figures)
            if step % each == 0:
                place.checkpoint(job_id, step, **figures)
            job.steps = step
        if share < 1:
            return
        results = []
        if place.dialect.results != "none":
            table = self._table(job_id, total, each)
            results.append(place.keep_file("step_metrics.csv", table))
        self._say(job_id, "The rehearsal of this training is over.")
        tokens = epochs * len(place.contents[place.jobs[job_id]["training_file"]]) // 4
        now = place.now()
        place.finish(job_id, result_files=results, trained_tokens=tokens, finished_at=now)

    def _epochs(self, job_id: str) -> int:
        asked = self._place.jobs[job_id].get("hyperparameters") or {}
        epochs = asked.get("n_epochs")
        return epochs if isinstance(epochs, int) and epochs > 0 else DEFAULT_EPOCHS

    def _figures(self, job_id: str, share: float, *, validated: bool) -> dict[str, float]:
        method = self._place.jobs[job_id].get("method") or {}
        figures = _pair_figures if method.get("type") == "dpo" else _figures
        return figures(share, validated=validated)

    def _table(self, job_id: str, total: int, each: int) -> bytes:
        names = {"train_loss": "train_loss", "valid_loss": "valid_loss"}
        names |= self._place.dialect.result_columns
        lines = [f"step,{names['train_loss']},{names['valid_loss']}"]
        for step in range(1, total + 1):
            figures = self._figures(job_id, step / total, validated=step % each == 0)
            lines.append(f"{step},{figures['train_loss']},{figures.get('valid_loss', '')}")
        table = "\n".join(lines).encode()
        return base64.b64encode(table) if self._place.dialect.results == "base64" else table

    def _say(self, job_id: str, text: str) -> None:
        said = self._jobs[job_id].said
        if text not in said:
            said.add(text)
            self._place.message(job_id, text)


def _figures(share: float, *, validated: bool) -> dict[str, float]:
    """Made-up figures of a model that has gone through this share of its steps."""
    loss = 1.1 + 1.7 * math.exp(-3 * share) + 0.06 * math.sin(share * 55)
    figures = {"train_loss": round(loss, 4), "train_mean_token_accuracy": round(1 / (1 + loss), 4)}
    if validated:
        valid = 1.35 + 1.5 * math.exp(-2.6 * share)
        figures |= {"valid_loss": round(valid, 4), "full_valid_loss": round(valid, 4)}
    return figures


def _pair_figures(share: float, *, validated: bool) -> dict[str, float]:
    """Made-up figures of a job on preference pairs; what else than the loss places tell is open."""
    moved = 1 - math.exp(-2.5 * share)
    figures = {"train_loss": round(math.log(2) * (1 - 0.5 * moved), 4)}
    if validated:
        valid = round(math.log(2) * (1 - 0.35 * moved), 4)
        figures |= {"valid_loss": valid, "full_valid_loss": valid}
    return figures
