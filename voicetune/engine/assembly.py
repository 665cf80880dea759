"""A job's trainer, put together: the plan for memory, the model with its adapter, the settings."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from voicetune.engine import base_model
from voicetune.engine.batching_by_length import Batches
from voicetune.engine.dpo import PreferenceTrainer
from voicetune.engine.early_stopping import EarlyStopping
from voicetune.engine.fingerprint import check_base
from voicetune.engine.job import Job, Rows
from voicetune.engine.memory import Plan, Shape, choose_plan, free_bytes
from voicetune.engine.models import describe
from voicetune.engine.protocol import Send
from voicetune.engine.ranks import ALONE, Ranks
from voicetune.engine.recipe import Recipe
from voicetune.engine.reporting import Reporter
from voicetune.engine.sft import VoiceTrainer


def described(folder: Path) -> tuple[dict[str, Any], int]:
    """Returns a model's configuration and its parameters; raises EngineError for broken weights."""
    try:
        return describe(folder)
    except (ValueError, struct.error) as error:
        raise base_model.broken(folder, "weights", error) from error


def plan_for(
    recipe: Recipe, config: dict[str, Any], parameters: int, longest: int, ranks: Ranks
) -> Plan:
    """Returns how a batch fits into what memory is free now; `longest` is in tokens.

    Raises EngineError where nothing would fit.
    """
    return choose_plan(
        Shape.of(config, parameters),
        batch=max(1, ranks.size(recipe.batch_size)),
        longest=longest,
        lora=recipe.lora,
        number=base_model.training_precision().weights.itemsize,
        free=_share_of_memory(ranks),
        four_bits=base_model.four_bits(),
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
