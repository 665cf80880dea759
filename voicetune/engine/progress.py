"""What a trainer says about its job, written into the job, its events, checkpoints and models."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from voicetune.engine.failures import STORAGE, EngineError
from voicetune.engine.job_store import (
    Job,
    Level,
    add_checkpoint,
    add_event,
    change_job,
    finite,
    last_checkpoint_step,
    metrics_of,
    save_model,
)
from voicetune.engine.results import results_csv
from voicetune.engine.store import Store, now, save_speed, speed_of, write_file

_FIGURES = (
    "step",
    "total_steps",
    "epoch",
    "train_loss",
    "train_mean_token_accuracy",
    "valid_loss",
    "valid_mean_token_accuracy",
    "full_valid_loss",
    "full_valid_mean_token_accuracy",
    "train_reward_margin",
    "train_reward_accuracy",
    "valid_reward_margin",
    "valid_reward_accuracy",
    "full_valid_reward_margin",
    "full_valid_reward_accuracy",
)
_SPOKEN = {
    "train_loss": "training loss",
    "valid_loss": "validation loss",
    "full_valid_loss": "full validation loss",
}


EARLY_STEPS = 10
"""Steps after which a job tells the speed of a model that has none yet; the first are slow."""


class Progress:
    """One attempt at a job: `apply` takes the trainer's events in order."""

    def __init__(self, store: Store, job: Job, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._job = job
        self._clock = clock
        self._started = clock()
        self._first_step = 0
        self._speed: float | None = None
        self._told = max((int(m["step"]) for m in metrics_of(store, job.id)), default=0)
        self.checkpoints = 0

    def apply(self, event: Mapping[str, Any]) -> None:
        """Writes one event down; all that it changes is kept together or not at all."""
        with self._store.transaction():
            match event["event"]:
                case "started":
                    self._start(event)
                case "metrics":
                    self._measure(event)
                case "checkpoint":
                    self._keep_checkpoint(event)
                case "message":
                    self._say(event["message"], level=event["level"])
                case "paused":
                    self._pause(event["step"])
                case "finished":
                    self._finish(event)
                case "failed":
                    failure = EngineError(event["code"], event["message"], event.get("param"))
                    end_job(self._store, self._job.id, failure)

    def _start(self, event: Mapping[str, Any]) -> None:
        self._started = self._clock()
        chosen = {name: event[name] for name in self._job.hyperparameters}
        change_job(self._store, self._job.id, chosen=chosen)
        step = event.get("resumed_from_step")
        if step is None:
            self._say("Fine-tuning job started")
        else:
            self._first_step = step
            self._say(f"Training goes on after step {step} of {event['total_steps']}")

    def _measure(self, event: Mapping[str, Any]) -> None:
        figures = finite({name: event.get(name) for name in _FIGURES})
        step, total = event["step"], event["total_steps"]
        if step > self._told:  # after a resume, steps are said or taken again
            self._told = step
            losses = [f"{words}={figures[n]:.2f}" for n, words in _SPOKEN.items() if n in figures]
            message = f"Step {step}/{total}: {', '.join(losses) or 'the loss is not a number'}"
            add_event(self._store, self._job.id, message, data=figures)
        done = step - self._first_step
        if done > 0:
            seconds_left = (self._clock() - self._started) / done * (total - step)
            finish = now() + round(seconds_left)
            change_job(self._store, self._job.id, estimated_finish=finish)
        self._speed = event.get("tokens_per_second") or self._speed
        if done == EARLY_STEPS and self._speed and speed_of(self._store, self._job.base) is None:
            save_speed(self._store, self._job.base, self._speed)

    def _keep_checkpoint(self, event: Mapping[str, Any]) -> None:
        if event["step"] <= last_checkpoint_step(self._store, self._job.id):
            return  # said again after a resume
        folder = Path(event["folder"])
        figures = {name: event["metrics"].get(name) for name in _FIGURES if name != "total_steps"}
        figures.pop("epoch")
        step = event["step"]
        checkpoint = add_checkpoint(
            self._store, self._job, step, folder, {"step": step, **finite(figures)}
        )
        self.checkpoints += 1
        self._say(f"Checkpoint created at step {step}: {checkpoint.model}")

    def _pause(self, step: int) -> None:
        change_job(self._store, self._job.id, status="paused", resume=True, estimated_finish=None)
        self._say(f"Fine-tuning job paused after step {step}")

    def _finish(self, event: Mapping[str, Any]) -> None:
        job = self._job
        save_model(self._store, job, job.name, Path(event["folder"]))
        content = results_csv(metrics_of(self._store, job.id))
        results = write_file(self._store, content, f"{job.id}-results.csv", "fine-tune-results")
        change_job(
            self._store,
            job.id,
            status="succeeded",
            finished_at=now(),
            estimated_finish=None,
            trained_tokens=event["trained_tokens"],
            fine_tuned_model=job.name,
            result_files=[results.id],
        )
        self._say(f"New fine-tuned model created: {job.name}")
        self._say("The job has successfully completed")
        if self._speed is not None:
            save_speed(self._store, job.base, self._speed)

    def _say(self, message: str, *, level: Level = "info") -> None:
        add_event(self._store, self._job.id, message, level=level)


def end_job(store: Store, job_id: str, failure: EngineError) -> None:
    """Fails a job, or pauses it where it can go on once the disk or the folder is mended."""
    if failure.code not in STORAGE:
        fail_job(store, job_id, code=failure.code, message=failure.message, param=failure.param)
        return
    with store.transaction():
        change_job(
            store,
            job_id,
            status="paused",
            resume=True,
            estimated_finish=None,
            error={"code": failure.code, "message": failure.message, "param": None},
        )
        add_event(store, job_id, failure.message, level="error")


def fail_job(
    store: Store, job_id: str, *, code: str, message: str, param: str | None = None
) -> None:
    """Ends a job that cannot succeed, with the reason in the job and among its events."""
    with store.transaction():
        change_job(
            store,
            job_id,
            status="failed",
            finished_at=now(),
            estimated_finish=None,
            error={"code": code, "message": message, "param": param},
        )
        add_event(store, job_id, message, level="error")
