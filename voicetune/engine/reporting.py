"""What the server is told while a model trains: a metrics event a step, a checkpoint an epoch."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from voicetune.engine.dpo import PairScore, PreferenceTrainer
from voicetune.engine.early_stopping import EarlyStopping
from voicetune.engine.fingerprint import fingerprint, stamp
from voicetune.engine.protocol import Send
from voicetune.engine.resume import fresh_folder
from voicetune.engine.sft import Score, VoiceTrainer

SAVE_EVERY = 15.0
"""Seconds of training that a kill costs at most, unless saving is slow."""

SAVING_SHARE = 0.02
"""The share of the time that may go into saving between epoch ends."""

LOOKS = 40
"""How many times a run looks at validation examples between epoch ends, at most."""

GLANCE = 4
"""Validation examples in one such look."""


class Reporter(TrainerCallback):
    """Sends the events, and decides when the state is saved and when training pauses."""

    def __init__(
        self,
        send: Send,
        *,
        base: Path,
        validation: Sequence[Any],
        out: Path,
        pause_wanted: Callable[[], bool],
        early: EarlyStopping | None,
    ) -> None:
        self.trainer: VoiceTrainer | PreferenceTrainer
        self.paused = False
        self.early = early
        self._send, self._out, self._pause_wanted = send, out, pause_wanted
        self._validation = validation
        # Now, while the model is there: someone may delete it before the first checkpoint.
        self._base = fingerprint(base)
        self._seconds = 0.0
        self._began = self._saving = self._saved = time.monotonic()
        self._wait = SAVE_EVERY

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Tells the sampler which epoch's order to give."""
        self.trainer.order.epoch = state.global_step // self._steps_an_epoch(state)

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Starts the clock of the step."""
        self._began = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
        """Reports the step; at an epoch's end also all of validation and a checkpoint."""
        step, total = state.global_step, state.max_steps
        score = self.trainer.together(self.trainer.take_score())
        (tokens_read,) = self.trainer.ranks.sum([self.trainer.tokens_read])
        self._seconds += time.monotonic() - self._began
        epoch_ends = step % self._steps_an_epoch(state) == 0
        metrics = {
            **_named("train", score),
            **self._validated(step, total, epoch_ends),
        }
        event = {
            "event": "metrics",
            "step": step,
            "total_steps": total,
            "epoch": round(step / self._steps_an_epoch(state), 4),
            "tokens_per_second": round(tokens_read / self._seconds, 1),
            **metrics,
        }
        self.trainer.told.append(event)
        self._send(**event)
        if epoch_ends:
            self._save_adapter(step, step // self._steps_an_epoch(state), metrics)
            if self.early:
                self.early.look(state, metrics["full_valid_loss"])
                control.should_training_stop = self.early.over(state)
        (pauses,) = self.trainer.ranks.sum([self._pause_wanted()])
        if pauses and step < total and not control.should_training_stop:
            self.paused = control.should_training_stop = True
        self._saving = time.monotonic()
        if epoch_ends or self.paused or self._saving - self._saved > self._wait:
            control.should_save = True
        return control

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Announces an epoch's checkpoint once it can no longer be lost."""
        self._saved = time.monotonic()
        self._wait = max(SAVE_EVERY, (self._saved - self._saving) / SAVING_SHARE)
        last = self.trainer.told[-1]
        if last["event"] == "checkpoint":
            self._send(**last)

    def checkpoint(self, step: int) -> Path:
        """Returns where the checkpoint of an epoch that ended with this step is."""
        return self._out / f"checkpoint-{step}"

    def _steps_an_epoch(self, state: Any) -> int:
        return int(state.max_steps) // int(state.num_train_epochs)

    def _validated(self, step: int, total: int, epoch_ends: bool) -> dict[str, float]:
        if not self._validation:
            return {}
        found: dict[str, float] = {}
        if epoch_ends or step == 1 or step % max(1, total // LOOKS) == 0:
            found |= _named("valid", self.trainer.score(self._validation[:GLANCE]))
        if epoch_ends:
            found |= _named("full_valid", self.trainer.score(self._validation))
        return found

    def _save_adapter(self, step: int, epoch: int, metrics: dict[str, float]) -> None:
        folder = self.checkpoint(step)
        # One that an attempt before has left is whole, and may be in use.
        if self.trainer.ranks.first and not folder.exists():
            with fresh_folder(folder) as fresh:
                self.trainer.model.save_pretrained(fresh, selected_adapters=["default"])
                stamp(fresh, self._base)
        self.trainer.told.append(
            {
                "event": "checkpoint",
                "step": step,
                "epoch": epoch,
                "folder": str(folder),
                "metrics": metrics,
            }
        )


def _named(prefix: str, score: Score | PairScore) -> dict[str, float]:
    return {f"{prefix}_{name}": value for name, value in score.figures.items()}
