"""The app without its pages, for `benchmarks.kill_campaign`: its background, a launch, a chat.

Each line on standard input is the key of a training to launch, as the dialog on the Train page
does. On standard output it says how each answer of the chat ended, one JSON object a line.
"""

import asyncio
import json
import sys
import threading
import time
from typing import Any

from tests.unit.engine.tiny import TEXTS
from voicetune.examples.example import Example
from voicetune.home import home
from voicetune.providers.client import Place, client_for, local_place
from voicetune.runs.launch import Settings, launch, prepare
from voicetune.ui import background
from voicetune.workspace.database import Workspace, open_workspace
from voicetune.workspace.datasets import create_dataset, list_datasets
from voicetune.workspace.examples import add_examples

SETTINGS = Settings(n_epochs=12, batch_size=4, seed=5, suffix="fern")
QUESTION: list[Any] = [{"role": "user", "content": "How do I water a fern?"}]
PAUSE = 0.1


def place() -> Place:
    """Waits for the engine and returns it."""
    while (found := local_place(home())) is None:
        time.sleep(PAUSE)
    return found


def dataset(ws: Workspace) -> int:
    """Returns the one set of examples there is, made whole or not at all."""
    for each in list_datasets(ws):
        return each.id
    turns = [
        (text[:20], f"{n}. " + text[20:] * (1 + n % 3), n)
        for n, text in ((n, TEXTS[n % len(TEXTS)]) for n in range(14))
    ]
    with ws.write():
        made = create_dataset(ws, "Ferns")
        add_examples(
            ws,
            made,
            [
                Example(
                    [{"role": "user", "content": q}, {"role": "assistant", "content": a}],
                    split="validation" if n > 11 else "training",
                )
                for q, a, n in turns
            ],
            "Add",
        )
    return made


def train(ws: Workspace, key: str) -> None:
    """Launches a training once, whoever asks how often."""
    run = prepare(ws, dataset(ws), place(), "voicetune-starter", SETTINGS, key)
    launch(ws, run, place())
    background.wake()


def chat() -> None:
    """Asks the base model the same question without an end."""
    import openai

    while True:
        try:
            client = client_for(place()).with_options(max_retries=0, timeout=30)
            text, end = "", None
            for chunk in client.chat.completions.create(
                model="voicetune-starter",
                messages=QUESTION,
                temperature=0,
                max_tokens=24,
                stream=True,
            ):
                text += chunk.choices[0].delta.content or ""
                end = chunk.choices[0].finish_reason or end
            said = {"answer": text} if end else {"torn": text}
        except openai.OpenAIError as error:
            said = {"error": type(error).__name__}
            time.sleep(PAUSE)
        print(json.dumps(said), flush=True)
        time.sleep(PAUSE)


async def main() -> None:
    """Runs until standard input closes."""
    async with background.lifespan(None):
        ws = open_workspace()
        threading.Thread(target=chat, daemon=True).start()
        while key := (await asyncio.to_thread(sys.stdin.readline)).strip():
            await asyncio.to_thread(train, ws, key)


if __name__ == "__main__":
    asyncio.run(main())
