"""The training worker: `python -m voicetune.engine.trainer [JOB.json]`.

It imports everything and warms up, says ready, takes one job over standard input, or from the file,
and ends with it. A second thread hears a pause while a step is running. `accelerate launch` starts
several of them for one job: the first one hears and says everything, unless another one fails.
"""

import gc
import os
import sys
import tempfile
import threading
import traceback
from pathlib import Path
from typing import NoReturn

from voicetune.engine.failures import explain
from voicetune.engine.job_file import open_job
from voicetune.engine.protocol import (
    Channel,
    Command,
    Send,
    prepare_environment,
    take_standard_streams,
)
from voicetune.engine.ranks import Ranks, join

NICENESS = 5
SPINS = 100_000
"""Of an OpenMP thread before it sleeps; with none, training measured 1.3 times as long."""
GRACE = 5.0
"""Seconds to save the state in once the server is gone."""


def main() -> None:
    """Runs the worker until its job is done or the server is gone."""
    prepare_environment(spins=SPINS)
    ranks = join()
    if len(sys.argv) > 1:
        channel = take_standard_streams(open_job(Path(sys.argv[1]), ranks))
    else:
        channel = take_standard_streams(sys.stdin.fileno() if ranks.first else None)
    if sys.platform != "win32":
        # Answers in a chat come before training
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    warm_up()
    ranks.sum([1])  # where there are several, the first one waits for all
    if ranks.first:
        channel.send("ready")
    while command := ranks.tell(channel.commands.get() if ranks.first else None):
        if command["op"] == "measure":
            _measure(channel, command, ranks)
        elif command["op"] == "train":
            _train(channel, command, ranks)
            break
    ranks.part()


def warm_up() -> None:
    """Imports what a job needs and takes two steps on a toy model: the first ones are slow."""
    import logging

    from tokenizers import Tokenizer, models
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    from voicetune.engine import base_model, practice

    logging.disable(logging.WARNING)
    config = LlamaConfig(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        dtype=base_model.training_precision().weights,
    )
    vocabulary = {"<end>": 0, "<unknown>": 1}
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel(vocabulary, unk_token="<unknown>")),  # noqa: S106
        pad_token="<end>",  # noqa: S106
        eos_token="<end>",  # noqa: S106
    )
    with tempfile.TemporaryDirectory() as out:
        practice.practise(LlamaForCausalLM(config), tokenizer, Path(out), length=16, batches=2)
    # What is imported stays: a search through it for garbage, one a job at least, took 0.2 s.
    gc.collect()
    gc.freeze()


def _measure(channel: Channel, command: Command, ranks: Ranks) -> None:
    from voicetune.engine import practice

    try:
        speed = practice.measure(Path(command["model"]), ranks)
    except Exception as error:
        _fail(channel, error)
    if ranks.first:
        channel.send("speed", model=command["model"], tokens_per_second=round(speed, 1))


def _train(channel: Channel, command: Command, ranks: Ranks) -> None:
    from voicetune.engine import training_job
    from voicetune.engine.job import Job

    pause = threading.Event()
    send: Send = channel.send if ranks.first else _say_nothing
    try:
        if ranks.first:
            threading.Thread(target=_listen, args=(channel, pause), daemon=True).start()
        training_job.run(Job.of(command), send, pause.is_set, ranks)
    except Exception as error:
        _fail(channel, error)


def _say_nothing(event: str, **_: object) -> None:
    """Takes what the first of several processes says."""


def _listen(channel: Channel, pause: threading.Event) -> None:
    while command := channel.commands.get():
        if command["op"] == "pause":
            pause.set()
    # The server is gone. What was learned is saved if a step ends in time.
    pause.set()
    threading.Event().wait(GRACE)
    os._exit(1)


def _fail(channel: Channel, error: Exception) -> NoReturn:
    """Says why, and ends the process at once: others may wait for it in vain, and end with it."""
    # The places without the exception's text, which may hold a person's words
    sys.stderr.writelines(traceback.format_tb(error.__traceback__))
    print(type(error).__name__, file=sys.stderr, flush=True)
    failure = explain(error)
    channel.send("failed", code=failure.code, message=failure.message, param=failure.param)
    os._exit(1)


if __name__ == "__main__":
    main()
