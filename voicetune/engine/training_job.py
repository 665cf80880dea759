"""One training job from the request to the last checkpoint."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch

from voicetune.engine import base_model, resume
from voicetune.engine.batching_by_length import Batches
from voicetune.engine.dpo import PreferenceTrainer
from voicetune.engine.early_stopping import EarlyStopping, epoch_of, saved_run
from voicetune.engine.failures import EngineError
from voicetune.engine.fingerprint import check_base
from voicetune.engine.lora_settings import Lora
from voicetune.engine.masking import Encoded
from voicetune.engine.memory import Plan, Shape, choose_plan, free_bytes
from voicetune.engine.models import describe
from voicetune.engine.protocol import Command, Send
from voicetune.engine.ranks import ALONE, Ranks
from voicetune.engine.recipe import Auto, Recipe, choose_recipe
from voicetune.engine.reporting import Reporter
from voicetune.engine.sft import VoiceTrainer
from voicetune.engine.training_rows import read_pairs, read_rows

PRACTICE = 224
"""Tokens of a usual example, by which speed is measured."""

Rows = Sequence[Any]
"""Of a job: `Encoded` conversations, or `EncodedPair`s where the method is DPO."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the server asks for; every path is local."""

    model: Path
    adapter: Path | None
    training_file: Path
    validation_file: Path | None
    out: Path
    n_epochs: int | Auto
    batch_size: int | Auto
    learning_rate_multiplier: float | Auto
    seed: int
    resume: bool
    method: Literal["supervised", "dpo"] = "supervised"
    beta: float | Auto = "auto"
    early_stopping: bool = False

    @classmethod
    def of(cls, command: Command) -> "Job":
        """Returns the job of a "train" command."""
        adapter, validation = command["adapter"], command["validation_file"]
        return cls(
            model=Path(command["model"]),
            adapter=Path(adapter) if adapter else None,
            training_file=Path(command["training_file"]),
            validation_file=Path(validation) if validation else None,
            out=Path(command["out"]),
            n_epochs=command["n_epochs"],
            batch_size=command["batch_size"],
            learning_rate_multiplier=command["learning_rate_multiplier"],
            seed=command["seed"],
            resume=command["resume"],
            method=command.get("method", "supervised"),
            beta=command.get("beta", "auto"),
            early_stopping=command.get("early_stopping", False),
        )


def run(job: Job, send: Send, pause_wanted: Callable[[], bool], ranks: Ranks = ALONE) -> None:
    """Trains the job to its end or to the step where a pause is wanted, and reports all of it.

    Where several processes train it, each runs this, and what the first one sends is what counts.
    Raises EngineError, or whatever a library raises, where it cannot go on.
    """
    tokenizer = base_model.load_tokenizer(job.model)
    config, parameters = _described(job.model)
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
    precision = base_model.training_precision()
    plan = choose_plan(
        Shape.of(config, parameters),
        batch=max(1, ranks.size(recipe.batch_size)),
        longest=max(row.tokens for row in training),
        lora=recipe.lora,
        number=precision.weights.itemsize,
        free=_share_of_memory(ranks),
        four_bits=base_model.four_bits(),
    )
    _say_plan(plan, recipe, send)
    _say_idle(recipe, ranks, send)
    model = base_model.load_model(job.model, precision.weights, four_bits=plan.four_bits)
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


def _described(folder: Path) -> tuple[dict[str, Any], int]:
    try:
        return describe(folder)
    except (ValueError, struct.error) as error:
        raise base_model.broken(folder, "weights", error) from error


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


def _share_of_memory(ranks: Ranks) -> int:
    """Returns the memory that is free for this process: a GPU is its own, main memory is not."""
    return free_bytes() if torch.cuda.is_available() else free_bytes() // ranks.here


def build(
    job: Job,
    recipe: Recipe,
    plan: Plan,
    model: Any,
    tokenizer: Any,
    training: Rows,
    validation: Rows,
    send: Send,
    pause_wanted: Callable[[], bool],
    ranks: Ranks = ALONE,
) -> tuple[VoiceTrainer | PreferenceTrainer, Reporter]:
    """Returns the trainer, ready to start, and the reporter that says how it went."""
    reporter = Reporter(
        send,
        base=job.model,
        validation=validation,
        out=job.out,
        pause_wanted=pause_wanted,
        early=EarlyStopping(recipe.patience) if job.early_stopping else None,
    )
    order = Batches(
        [row.tokens for row in training],
        recipe.batch_size,
        job.seed,
        rows=plan.rows,
        ranks=ranks,
    )
    settings = {
        "output_dir": str(job.out),
        "num_train_epochs": recipe.n_epochs,
        "per_device_train_batch_size": plan.rows,
        "gradient_accumulation_steps": order.parts,
        "learning_rate": recipe.learning_rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": 0.05,
        "weight_decay": 0.0,
        "max_grad_norm": 1.0,
        "optim": "adamw_torch_fused",
        "use_cpu": not torch.accelerator.is_available(),
        "bf16": base_model.training_precision().autocast,
        "activation_checkpointing": plan.checkpointing,
        "max_length": None,
        # The loss is about the person's words alone; experts are balanced already.
        "router_aux_loss_coef": 0.0,
        "seed": job.seed,
        "logging_strategy": "no",
        "logging_nan_inf_filter": False,
        "save_strategy": "no",
        "eval_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
    }
    tools = {
        "order": order,
        "ranks": ranks,
        "state_folder": job.out / "resume",
        "model": _with_adapter(job, recipe, plan, model),
        "processing_class": tokenizer,
        "callbacks": [reporter],
    }
    reporter.trainer = _trainer(job, recipe, training, settings, tools)
    return reporter.trainer, reporter


def _trainer(
    job: Job, recipe: Recipe, rows: Rows, settings: dict[str, Any], tools: dict[str, Any]
) -> VoiceTrainer | PreferenceTrainer:
    if job.method == "dpo":
        from trl.trainer.dpo_config import DPOConfig

        args = DPOConfig(**settings | {"beta": recipe.beta})
        return PreferenceTrainer(rows=rows, args=args, **tools)
    from trl.trainer.sft_config import SFTConfig

    prepared = SFTConfig(dataset_kwargs={"skip_prepare_dataset": True}, **settings)
    return VoiceTrainer(rows=rows, args=prepared, **tools)


def _with_adapter(job: Job, recipe: Recipe, plan: Plan, model: Any) -> Any:
    from peft import LoraConfig, PeftModel, get_peft_model, prepare_model_for_kbit_training
    from transformers import set_seed

    if plan.four_bits:
        # The trainer itself turns on what computes activations twice.
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    if job.adapter:
        check_base(job.adapter, job.model)
        return PeftModel.from_pretrained(model, job.adapter, is_trainable=True)
    set_seed(job.seed)
    return get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **recipe.lora.settings))


def train(trainer: VoiceTrainer | PreferenceTrainer, state: Path | None = None) -> None:
    """Trains, from the saved state where there is one.

    PEFT would turn every input of an adapter into float32 for autocast to turn it back.
    """
    from peft.helpers import disable_input_dtype_casting

    with disable_input_dtype_casting(trainer.model, active=trainer.args.bf16):
        trainer.train(resume_from_checkpoint=str(state) if state else None)


def measure(folder: Path, ranks: Ranks = ALONE) -> float:
    """Returns the training speed of the model on this machine, in tokens a second.

    All processes that train a job together measure together.
    A few real steps of typical length; the first, which warms up, does not count. Raises
    EngineError where they would not fit into memory.
    """
    import tempfile

    tokenizer = base_model.load_tokenizer(folder)
    config, parameters = _described(folder)
    recipe = choose_recipe(parameters=parameters, examples=1000)
    weights = base_model.training_precision().weights
    plan = choose_plan(
        Shape.of(config, parameters),
        batch=max(1, ranks.size(recipe.batch_size)),
        longest=PRACTICE,
        lora=recipe.lora,
        number=weights.itemsize,
        free=_share_of_memory(ranks),
        four_bits=base_model.four_bits(),
    )
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
