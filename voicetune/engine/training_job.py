"""One training job from the request to the last checkpoint."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from voicetune.engine import base_model, resume
from voicetune.engine.assembly import build, described, plan_for, train
from voicetune.engine.early_stopping import epoch_of, saved_run
from voicetune.engine.failures import EngineError
from voicetune.engine.job import Job, Rows
from voicetune.engine.lora_settings import Lora
from voicetune.engine.memory import Plan
from voicetune.engine.protocol import Send
from voicetune.engine.ranks import ALONE, Ranks
from voicetune.engine.recipe import Recipe, choose_recipe
from voicetune.engine.training_rows import read_pairs, read_rows


def run(job: Job, send: Send, pause_wanted: Callable[[], bool], ranks: Ranks = ALONE) -> None:
    """Trains the job to its end or to the step where a pause is wanted, and reports all of it.

    Where several processes train it, each runs this, and what the first one sends is what counts.
    Raises EngineError, or whatever a library raises, where it cannot go on.
    """
    tokenizer = base_model.load_tokenizer(job.model)
    config, parameters = described(job.model)
    limit = base_model.context_length(config, tokenizer)
    training, validation = _read_files(job, tokenizer, limit, send)
    recipe = choose_recipe(
        parameters=parameters,
        examples=len(training),
        n_epochs=job.n_epochs,
        batch_size=job.batch_size,
        learning_rate_multiplier=job.learning_rate_multiplier,
        method=job.method,
        beta=job.beta,
    )
    if job.adapter:
        recipe = replace(recipe, lora=Lora.of(job.adapter))
    plan = plan_for(recipe, config, parameters, max(row.tokens for row in training), ranks)
    _say_plan(plan, recipe, send)
    _say_idle(recipe, ranks, send)
    weights = base_model.training_precision().weights
    model = base_model.load_model(job.model, weights, four_bits=plan.four_bits)
    trainer, reporter = build(
        job, recipe, plan, model, tokenizer, training, validation, send, pause_wanted, ranks
    )
    state = resume.last_state(job.out / "resume") if job.resume else None
    _check_shared(state, ranks)
    send(
        "started",
        **recipe.told,
        total_steps=recipe.n_epochs * recipe.steps_an_epoch(len(training)),
        resumed_from_step=resume.step_of(state) if state else None,
    )
    if state:
        for event in resume.saved_events(state):
            trainer.told.append(event)
            send(**event)
    else:
        send("message", level="info", message=f"A LoRA adapter is trained: {recipe.lora.words}.")
    early = reporter.early
    if state and early and early.over(stopped := saved_run(state)):
        trainer.state = stopped  # it was killed between its last step and here
    else:
        train(trainer, state)
    if reporter.paused:
        send("paused", step=trainer.state.global_step)
        return
    last = trainer.state.global_step
    for message in early.words(trainer.state) if early else ():
        send("message", level="info", message=message)
    taken = trainer.state.best_global_step if early else last
    send(
        "finished",
        trained_tokens=sum(row.tokens for row in training) * epoch_of(trainer.state, last),
        folder=str(reporter.checkpoint(taken)),
    )


def _read_files(job: Job, tokenizer: Any, limit: int, send: Send) -> tuple[Rows, Rows]:
    read: Callable[..., Rows] = read_pairs if job.method == "dpo" else read_rows
    training = read(job.training_file, tokenizer, limit, send, "training_file")
    if job.validation_file is None:
        return training, []
    return training, read(job.validation_file, tokenizer, limit, send, "validation_file")


def _say_plan(plan: Plan, recipe: Recipe, send: Send) -> None:
    """Tells where memory is too short for the fastest way."""
    if plan.four_bits:
        message = (
            "To fit into the GPU's memory, the base model's weights are rounded to 4 bits (NF4) "
            "while the adapter learns: slower, and with a little less precision."
        )
        send("message", level="info", message=message)
    if plan.checkpointing:
        cut = "" if plan.rows == recipe.batch_size else f" and {plan.rows} at a time"
        message = (
            f"To fit into this computer's memory, examples are worked through twice a step{cut}: "
            "slower, with the same result."
        )
        send("message", level="info", message=message)


def _say_idle(recipe: Recipe, ranks: Ranks, send: Send) -> None:
    if recipe.batch_size < ranks.count:
        message = (
            f"A batch of {recipe.batch_size} keeps {recipe.batch_size} of {ranks.count} training "
            "processes at work. A larger batch size would use all of them."
        )
        send("message", level="info", message=message)


def _check_shared(state: Path | None, ranks: Ranks) -> None:
    """Raises EngineError where the processes do not go on from the same step."""
    step = resume.step_of(state) if state else 0
    if ranks.sum([step]) != [ranks.count * step]:
        raise EngineError(
            "folder_not_shared",
            "The machines that train together do not see the same folder. Name one that they share "
            'as "out".',
        )
