"""The training worker: `python -m voicetune.engine.trainer`.

It imports everything and warms up, says ready, takes one job over standard input and ends with
it. A second thread hears a pause while a step is running.
"""

import os
import sys
import tempfile
import threading
import traceback
from pathlib import Path

from voicetune.engine.failures import explain
from voicetune.engine.protocol import Channel, Command, prepare_environment, take_standard_streams

NICENESS = 5
SPINS = 100_000
"""Of an OpenMP thread before it sleeps; with none, training measured 1.3 times as long."""
GRACE = 5.0
"""Seconds to save the state in once the server is gone."""


def main() -> None:
    """Runs the worker until its job is done or the server is gone."""
    prepare_environment(spins=SPINS)
    channel = take_standard_streams()
    if sys.platform != "win32":
        # Answers in a chat come before training
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    warm_up()
    channel.send("ready")
    while command := channel.commands.get():
        if command["op"] == "measure":
            if not _measure(channel, command):
                return
        elif command["op"] == "train":
            _train(channel, command)
            return


def warm_up() -> None:
    """Imports what a job needs and takes two steps on a toy model: the first ones are slow."""
    import logging

    from tokenizers import Tokenizer, models
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    from voicetune.engine import base_model, training_job

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
        training_job.practise(LlamaForCausalLM(config), tokenizer, Path(out), length=16, batches=2)


def _measure(channel: Channel, command: Command) -> bool:
    from voicetune.engine import training_job

    try:
        speed = training_job.measure(Path(command["model"]))
    except Exception as error:
        _fail(channel, error)
        return False
    channel.send("speed", model=command["model"], tokens_per_second=round(speed, 1))
    return True


def _train(channel: Channel, command: Command) -> None:
    from voicetune.engine import training_job

    pause = threading.Event()
    threading.Thread(target=_listen, args=(channel, pause), daemon=True).start()
    try:
        training_job.run(training_job.Job.of(command), channel.send, pause.is_set)
    except Exception as error:
        _fail(channel, error)


def _listen(channel: Channel, pause: threading.Event) -> None:
    while command := channel.commands.get():
        if command["op"] == "pause":
            pause.set()
    # The server is gone. What was learned is saved if a step ends in time.
    pause.set()
    threading.Event().wait(GRACE)
    os._exit(0)


def _fail(channel: Channel, error: Exception) -> None:
    # The places without the exception's text, which may hold a person's words
    sys.stderr.writelines(traceback.format_tb(error.__traceback__))
    print(type(error).__name__, file=sys.stderr, flush=True)
    failure = explain(error)
    channel.send("failed", code=failure.code, message=failure.message, param=failure.param)


if __name__ == "__main__":
    main()
