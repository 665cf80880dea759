"""Training on random tokens: to warm up, and to see how fast this machine is."""

import tempfile
from pathlib import Path
from typing import Any

import torch

from voicetune.engine import base_model
from voicetune.engine.assembly import build, described, plan_for, train
from voicetune.engine.job import Job
from voicetune.engine.masking import Encoded
from voicetune.engine.memory import Plan
from voicetune.engine.ranks import ALONE, Ranks
from voicetune.engine.recipe import choose_recipe

PRACTICE = 224
"""Tokens of a usual example, by which speed is measured."""


def measure(folder: Path, ranks: Ranks = ALONE) -> float:
    """Returns the training speed of the model on this machine, in tokens a second.

    A few real steps of typical length; the first, which warms up, does not count. All processes
    that train a job together measure together. Raises EngineError where the steps would not fit
    into memory.
    """
    tokenizer = base_model.load_tokenizer(folder)
    config, parameters = described(folder)
    recipe = choose_recipe(parameters=parameters, examples=1000)
    plan = plan_for(recipe, config, parameters, PRACTICE, ranks)
    weights = base_model.training_precision().weights
    model = base_model.load_model(folder, weights, four_bits=plan.four_bits)
    with tempfile.TemporaryDirectory() as out:
        return practise(
            model, tokenizer, Path(out), length=PRACTICE, batches=4, plan=plan, ranks=ranks
        )


def practise(
    model: Any,
    tokenizer: Any,
    out: Path,
    *,
    length: int,
    batches: int,
    plan: Plan | None = None,
    ranks: Ranks = ALONE,
) -> float:
    """Trains on random tokens and returns the tokens a second of all steps but the first."""
    generator = torch.Generator().manual_seed(1)
    top = model.config.get_text_config().vocab_size
    recipe = choose_recipe(parameters=model.num_parameters(), examples=1000, n_epochs=1)
    draws = torch.randint(0, top, (batches * recipe.batch_size, length), generator=generator)
    rows = [Encoded(ids, ids) for ids in draws.tolist()]
    speeds: list[tuple[int, float]] = []

    def hear(event: str, **fields: Any) -> None:
        if event == "metrics":
            speeds.append((fields["step"], fields["tokens_per_second"]))

    job = Job(out, None, out, None, out, 1, recipe.batch_size, 1.0, 1, False)
    plan = plan or Plan(recipe.batch_size, False, 0)
    trainer, _ = build(job, recipe, plan, model, tokenizer, rows, [], hear, lambda: False, ranks)
    train(trainer)
    seconds = [step * recipe.batch_size * length / speed for step, speed in speeds]
    return (batches - 1) * recipe.batch_size * length / (seconds[-1] - seconds[0])
