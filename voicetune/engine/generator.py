"""The answering worker: `python -m voicetune.engine.generator`.

It loads the starter model, says ready, and then answers all chats over standard input and output,
one token of every running answer at a time, so that none waits for another.
"""

import sys
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from voicetune.engine.failures import explain
from voicetune.engine.protocol import Channel, Command, prepare_environment, take_standard_streams

KEPT = 2
"""Base models in memory; the least recently used idle one leaves for another."""


class Generator:
    """The models in memory and the requests that wait for one to be loaded."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._models: dict[Path, Any] = {}
        self._loading: dict[Path, list[Command]] = {}
        self._loader = ThreadPoolExecutor(1)
        self._loader.submit(int).result()  # a thread that is there before memory runs short

    def run(self, starter: Path | None) -> None:
        """Answers until the server is gone."""
        from voicetune.engine import base_model, serving
        from voicetune.engine.memory import gpu_bytes

        if starter:
            self._models[starter] = serving.load(starter, self._channel.send)
        self._channel.send(
            "ready",
            weight_bytes=base_model.training_precision().weights.itemsize,
            gpu_bytes=gpu_bytes(),
            four_bits=base_model.four_bits() == "here",
        )
        while self._hear():
            for served in list(self._models.values()):
                self._advance(served)

    def _hear(self) -> bool:
        """Obeys every waiting command; waits for one where there is nothing else to do."""
        busy = any(served.busy for served in self._models.values())
        while not busy or not self._channel.commands.empty():
            command = self._channel.commands.get()
            if command is None:
                return False
            self._obey(command)
            busy = any(served.busy for served in self._models.values())
        return True

    def _obey(self, command: Command) -> None:
        if command["op"] == "chat":
            self._chat(command)
        elif command["op"] == "cancel":
            self._cancel(command["id"])
        elif command["op"] == "loaded":
            self._take_in(command["folder"], command["result"])

    def _chat(self, command: Command) -> None:
        folder = Path(command["model"])
        if folder in self._models:
            served = self._models[folder] = self._models.pop(folder)
            try:
                served.accept(command)
            except Exception as error:
                self._refuse([command], error)
        else:
            self._load(folder)
            self._loading[folder].append(command)

    def _cancel(self, request_id: str) -> None:
        for served in self._models.values():
            served.cancel(request_id)
        for folder, commands in self._loading.items():
            self._loading[folder] = [c for c in commands if c["id"] != request_id]

    def _load(self, folder: Path) -> None:
        if folder in self._loading:
            return
        from voicetune.engine import serving

        self._loading[folder] = []
        result = self._loader.submit(serving.load, folder, self._channel.send)
        result.add_done_callback(
            lambda done: self._channel.commands.put(
                {"op": "loaded", "folder": folder, "result": done}
            )
        )

    def _take_in(self, folder: Path, result: Future[Any]) -> None:
        commands = self._loading.pop(folder)
        try:
            served = result.result()
        except Exception as error:
            self._refuse(commands, error)
            return
        for idle in [path for path, held in self._models.items() if not held.busy]:
            if len(self._models) < KEPT:
                break
            del self._models[idle]
        self._models[folder] = served
        for command in commands:
            self._chat(command)

    def _advance(self, served: Any) -> None:
        import torch

        if not served.busy:
            return
        if torch.get_num_threads() != served.threads:
            torch.set_num_threads(served.threads)
        try:
            served.advance()
        except Exception as error:
            _log(error)
            served.fail(explain(error))

    def _refuse(self, commands: list[Command], error: Exception) -> None:
        _log(error)
        failure = explain(error)
        for command in commands:
            self._channel.send(
                "error", id=command["id"], code=failure.code, message=failure.message
            )


def _log(error: Exception) -> None:
    # The places without the exception's text, which may hold a person's words
    sys.stderr.writelines(traceback.format_tb(error.__traceback__))
    print(type(error).__name__, file=sys.stderr, flush=True)


def main() -> None:
    """Runs the worker until the server is gone."""
    prepare_environment()
    channel = take_standard_streams()
    from voicetune.engine.models import starter_folder

    starter = starter_folder()
    Generator(channel).run(starter if (starter / "config.json").is_file() else None)


if __name__ == "__main__":
    main()
