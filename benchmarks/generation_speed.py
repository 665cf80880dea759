"""Figures of generation: tokens a second against `transformers`, eight streams, the first token.

`python -m benchmarks.generation_speed [--model FOLDER] [--rounds 7] [--tokens 128]`

The same model, prompt, number format and number of new tokens everywhere, greedy, and the same
number of threads as the engine takes for the model. Sides, for the base model and for one with a
LoRA adapter of the engine's own rank (random, which costs the same as a trained one):

- `transformers`: `model.generate`, and for the adapter PEFT's model as it comes and merged;
- `generator`: the engine's own decoding, in this process;
- `engine`: the engine over HTTP, streamed by the `openai` SDK, in processes of its own;
- `eight`: eight streams at once through the SDK.

Tokens a second are new tokens by the time from asking to the last one. Answers are greedy and must
be the same text on every side. The model is a copy without an end token, so that every answer has
its full length. Rounds take turns; medians. The first token is timed with a model that is in memory
and, told apart, with one that has yet to be loaded.
"""

import argparse
import os
import platform
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.concurrent_answers import prepare, random_adapter
from benchmarks.real_engine import BASE, RealEngine

MESSAGES = [
    {"role": "system", "content": "You are a professional LinkedIn advisor."},
    {
        "role": "user",
        "content": "How do I tell my network that I am looking for work without sounding eager?",
    },
]
STREAMS = 8
PROMISED_FIRST = 150


@dataclass(frozen=True)
class Answer:
    """A text, and the seconds to its first piece and to its end."""

    text: str
    first: float
    whole: float


def streamed(engine: RealEngine, model: str, tokens: int) -> Answer:
    """Asks the engine with the SDK."""
    began = time.perf_counter()
    first, parts, written = 0.0, [], 0
    stream = engine.sdk.chat.completions.create(
        model=model,
        messages=MESSAGES,
        temperature=0,
        max_tokens=tokens,
        stream=True,
        stream_options={"include_usage": True},
    )
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            first = first or time.perf_counter() - began
            parts.append(chunk.choices[0].delta.content)
        if chunk.usage:
            written = chunk.usage.completion_tokens
    assert written == tokens, written
    return Answer("".join(parts), first, time.perf_counter() - began)


def together(engine: RealEngine, models: list[str], tokens: int) -> Answer:
    """Asks for all answers at once; the times are those of the last one."""
    answers: list[Answer] = []

    def ask(model: str) -> None:
        answers.append(streamed(engine, model, tokens))

    began = time.perf_counter()
    threads = [threading.Thread(target=ask, args=(model,)) for model in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = time.perf_counter() - began
    assert len(answers) == len(models)
    return Answer(answers[0].text, max(a.first for a in answers), whole)


class Generator:
    """The engine's decoding without the engine around it."""

    def __init__(self, folder: Path) -> None:
        from voicetune.engine import serving

        self._events: list[tuple[float, str, dict[str, Any]]] = []
        self.served = serving.load(folder, self._hear)

    def answer(self, adapter: Path | None, tokens: int) -> Answer:
        """Writes one answer."""
        self._events.clear()
        began = time.perf_counter()
        self.served.accept(
            {
                "id": "1",
                "adapter": str(adapter) if adapter else None,
                "messages": MESSAGES,
                "n": 1,
                "temperature": 0,
                "top_p": 1.0,
                "seed": None,
                "stop": [],
                "max_tokens": tokens,
                "presence_penalty": 0.0,
                "frequency_penalty": 0.0,
            }
        )
        while self.served.busy:
            self.served.advance()
        pieces = [(at, fields["text"]) for at, event, fields in self._events if event == "token"]
        text = "".join(piece for _, piece in pieces)
        return Answer(text, pieces[0][0] - began, self._events[-1][0] - began)

    def _hear(self, event: str, **fields: Any) -> None:
        self._events.append((time.perf_counter(), event, fields))


class Reference:
    """`transformers` with the same model, plain, with PEFT's adapter on it and with it merged."""

    def __init__(self, folder: Path, adapter: Path) -> None:
        from peft import PeftModel

        from voicetune.engine import base_model

        dtype = base_model.serving_dtype(folder)
        self._tokenizer = base_model.load_tokenizer(folder)

        def load() -> Any:
            return base_model.load_model(folder, dtype).eval().requires_grad_(False)

        tuned = PeftModel.from_pretrained(load(), adapter).eval()
        merged = PeftModel.from_pretrained(load(), adapter).merge_and_unload().eval()
        self.models = {"plain": load(), "PEFT": tuned, "merged": merged}

    def answer(self, which: str, tokens: int) -> Answer:
        """Writes one answer, from the messages to the text."""
        began = time.perf_counter()
        inputs = self._tokenizer.apply_chat_template(
            MESSAGES, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        written = self.models[which].generate(
            **inputs, max_new_tokens=tokens, do_sample=False, pad_token_id=0
        )[0, inputs["input_ids"].shape[1] :]
        text = self._tokenizer.decode(written, skip_special_tokens=True)
        assert len(written) == tokens, len(written)
        whole = time.perf_counter() - began
        return Answer(text, whole, whole)


def first_tokens(engine: RealEngine, tuned: str, rounds: int) -> dict[str, list[float]]:
    """Times first tokens of models in memory and of one that has yet to be loaded.

    Two models are kept, so that of two others asked in turn each has left when its turn comes.
    """
    found = defaultdict(list)
    for number in range(rounds):
        found["base, in memory"].append(streamed(engine, BASE, 8).first)
        found["tuned, in memory"].append(streamed(engine, tuned, 8).first)
        found["model yet to be loaded"].append(streamed(engine, f"other{number % 2}", 8).first)
    return found


def main() -> None:
    """Prints the figures and their ratios."""
    from voicetune.engine.models import starter_folder
    from voicetune.engine.protocol import prepare_environment

    parser = argparse.ArgumentParser(prog="python -m benchmarks.generation_speed")
    parser.add_argument("--model", type=Path, default=starter_folder())
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--tokens", type=int, default=128)
    arguments = parser.parse_args()
    tokens, rounds = arguments.tokens, arguments.rounds
    prepare_environment()
    import torch

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        model = prepare(arguments.model, folder)
        adapter = random_adapter(model, folder / "adapter")
        reference, generator = Reference(model, adapter), Generator(model)
        torch.set_num_threads(generator.served.threads)
        with RealEngine(folder / "home", starter=model) as engine:
            for name in ("other0", "other1"):
                engine.add_model(name, model)
            tuned = engine.add_adapter(adapter)
            sides: dict[str, Callable[[], Answer]] = {
                "transformers": lambda: reference.answer("plain", tokens),
                "generator": lambda: generator.answer(None, tokens),
                "engine": lambda: streamed(engine, BASE, tokens),
                "engine, eight": lambda: together(engine, [BASE] * STREAMS, tokens),
                "PEFT": lambda: reference.answer("PEFT", tokens),
                "PEFT merged": lambda: reference.answer("merged", tokens),
                "generator tuned": lambda: generator.answer(adapter, tokens),
                "engine tuned": lambda: streamed(engine, tuned, tokens),
                "engine tuned, eight": lambda: together(engine, [tuned] * STREAMS, tokens),
                "engine mixed, eight": lambda: together(
                    engine, [BASE, tuned] * (STREAMS // 2), tokens
                ),
            }
            engine.settle()
            texts = {name: side().text for name, side in sides.items()}
            answers = defaultdict(list)
            for _ in range(rounds):
                for name, side in sides.items():
                    answers[name].append(side())
            firsts = first_tokens(engine, tuned, rounds)
    report(answers, firsts, texts, tokens)


def report(
    answers: dict[str, list[Answer]],
    firsts: dict[str, list[float]],
    texts: dict[str, str],
    tokens: int,
) -> None:
    """Prints everything that was measured."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}{load}")
    print(f"{tokens} tokens an answer, medians of {len(answers['engine'])}")
    speed = {
        name: (STREAMS if "eight" in name else 1)
        * tokens
        / statistics.median(answer.whole for answer in given)
        for name, given in answers.items()
    }
    for name, value in speed.items():
        print(f"{name:20} {value:7.0f} tokens a second")
    for ours, theirs in (
        ("generator", "transformers"),
        ("engine", "transformers"),
        ("generator tuned", "PEFT"),
        ("engine tuned", "PEFT"),
        ("engine tuned", "PEFT merged"),
        ("engine, eight", "engine"),
        ("engine tuned, eight", "engine tuned"),
        ("engine mixed, eight", "engine tuned"),
    ):
        print(f"{ours} against {theirs}: {speed[ours] / speed[theirs]:.2f} x")
    for name, seconds in firsts.items():
        middle = statistics.median(seconds) * 1000
        print(
            f"first token, {name}: {middle:.0f} ms, "
            f"{middle / PROMISED_FIRST:.2f} x the promise of {PROMISED_FIRST} ms"
        )
    for name, theirs in (("base", "transformers"), ("tuned", "PEFT")):
        kind = name == "tuned"
        same = {
            text == texts[theirs]
            for side, text in texts.items()
            if "mixed" not in side and ("tuned" in side or "PEFT" in side) == kind
        }
        print(f"greedy texts of {name} all equal: {same == {True}}")


if __name__ == "__main__":
    main()
