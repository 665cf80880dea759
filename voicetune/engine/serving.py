"""One base model answering several requests at once; requests join and leave between tokens."""

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from voicetune.engine import base_model
from voicetune.engine.adapters import Adapter, AdapterSet
from voicetune.engine.decoder import decoder_for
from voicetune.engine.failures import EngineError
from voicetune.engine.protocol import Command, Send
from voicetune.engine.rendering import TemplateRefusedError, render
from voicetune.engine.sampling import Sampler, Sampling
from voicetune.engine.text_stream import TextStream

AT_ONCE = 16
"""Answers decoded in one batch; the others wait."""

PIECE = 256
"""Prompt tokens read between two tokens of the answers that are already running."""


@dataclass(slots=True)
class Request:
    """A chat request on its way: its prompt as tokens and what is left of its n answers."""

    id: str
    prompt: list[int]
    adapter: Adapter | None
    room: int
    stop: list[str]
    sampling: Sampling
    seeds: list[int | None]
    unfinished: int
    completion_tokens: int = 0


@dataclass(slots=True)
class Answer:
    """One of a request's answers, a row of the batch."""

    request: Request
    index: int
    sampler: Sampler
    stream: TextStream
    last: int = -1
    tokens: int = 0


class Served:
    """A loaded model with its adapters and the answers it is writing.

    `filling` is the answer whose prompt is being read; its row comes after those of `active`.
    """

    def __init__(self, model: Any, tokenizer: Any, folder: Path, send: Send) -> None:
        self.model, self.tokenizer, self.send = model, tokenizer, send
        self.adapters = AdapterSet(model, folder)
        self.decoder = decoder_for(model)
        self.context = base_model.context_length(model.config.to_dict(), tokenizer)
        self.active: list[Answer] = []
        self.waiting: deque[Request] = deque()
        self.filling: Answer | None = None
        self._read = 0
        small = model.num_parameters() < base_model.SMALL
        # One thread reads a small model's weights faster than two wake each other at every layer.
        self.threads = 1 if small else torch.get_num_threads()
        ends = model.generation_config.eos_token_id
        ends = set(ends if isinstance(ends, list) else [ends])
        self.ends = {*ends, tokenizer.eos_token_id} - {None}

    @property
    def busy(self) -> bool:
        """Whether there is an answer to go on with."""
        return bool(self.active or self.waiting or self.filling)

    @torch.inference_mode()
    def accept(self, command: Command) -> None:
        """Queues a chat request.

        Raises EngineError where its prompt does not fit, its adapter is unfit or the model's chat
        template refuses the messages.
        """
        folder = command["adapter"]
        adapter = self.adapters.load(Path(folder)) if folder else None
        try:
            text = render(self.tokenizer, command["messages"], prompt=True)
        except TemplateRefusedError as error:
            raise EngineError(
                "invalid_messages", f"This model does not take these messages: {error}", "messages"
            ) from error
        prompt = self.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        room = self.context - len(prompt)
        if room < 1:
            raise EngineError(
                "context_length_exceeded",
                f"This model's maximum context length is {self.context} tokens. However, your "
                f"messages resulted in {len(prompt)} tokens. Please reduce the length of the "
                "messages.",
                "messages",
            )
        seed, wanted = command["seed"], command["max_tokens"]
        self.waiting.append(
            Request(
                id=command["id"],
                prompt=prompt,
                adapter=adapter,
                room=room if wanted is None else min(room, wanted),
                stop=command["stop"],
                sampling=Sampling(
                    command["temperature"],
                    command["top_p"],
                    command["presence_penalty"],
                    command["frequency_penalty"],
                ),
                seeds=[None if seed is None else seed + i for i in range(command["n"])],
                unfinished=command["n"],
            )
        )

    @torch.inference_mode()
    def cancel(self, request_id: str) -> None:
        """Forgets the request and frees its rows at once."""
        self.waiting = deque(r for r in self.waiting if r.id != request_id)
        if self.filling and self.filling.request.id == request_id:
            self.decoder.drop(len(self.active))
            self.filling = None
        for row in reversed(range(len(self.active))):
            if self.active[row].request.id == request_id:
                self._leave(row)

    def fail(self, error: EngineError) -> None:
        """Ends every request with the error, wherever it was, and frees what they held."""
        requests = {a.request.id for a in self.active} | {r.id for r in self.waiting}
        requests |= {self.filling.request.id} if self.filling else set()
        self.active, self.waiting, self.filling = [], deque(), None
        self.decoder = decoder_for(self.model)
        for request_id in requests:
            self.send("error", id=request_id, code=error.code, message=error.message)

    @torch.inference_mode()
    def advance(self) -> None:
        """Reads a piece of a waiting prompt and writes one token of every running answer."""
        if self.filling is None and self.waiting and len(self.active) < AT_ONCE:
            self._begin(self.waiting[0])
            self.waiting.popleft()
        if self.filling:
            self._fill(self.filling)
        if self.active:
            self._decode()

    def _begin(self, request: Request) -> None:
        self.decoder.add()
        self.filling, self._read = self._answer(request, 0), 0

    def _answer(self, request: Request, index: int) -> Answer:
        return Answer(
            request,
            index,
            Sampler(request.sampling, request.seeds[index]),
            TextStream(self.tokenizer, request.stop),
        )

    def _fill(self, answer: Answer) -> None:
        request, row = answer.request, len(self.active)
        piece = request.prompt[self._read : self._read + PIECE]
        self.adapters.select((request.adapter,))
        logits = self.decoder.read(row, piece)
        self._read += len(piece)
        if self._read < len(request.prompt):
            return
        answers = [answer, *(self._answer(request, i) for i in range(1, len(request.seeds)))]
        for _ in answers[1:]:
            self.decoder.copy(row)
        self.filling = None
        self.active += answers
        for place in reversed(range(len(answers))):
            self._take(row + place, logits)

    def _decode(self) -> None:
        self.adapters.select(tuple(answer.request.adapter for answer in self.active))
        logits = self.decoder.step([answer.last for answer in self.active])
        for row in reversed(range(len(self.active))):
            self._take(row, logits[row])

    def _take(self, row: int, logits: torch.Tensor) -> None:
        """Chooses the row's next token, says its text, and lets the row leave at its end."""
        answer = self.active[row]
        token = answer.sampler.pick(logits)
        if token in self.ends:
            self._finish(row, "stop", answer.stream.rest())
            return
        answer.last = token
        answer.tokens += 1
        text = answer.stream.push(token)
        if answer.stream.stopped:
            self._finish(row, "stop", text)
        elif answer.tokens >= answer.request.room:
            self._finish(row, "length", text + answer.stream.rest())
        else:
            self._say(answer, text)

    def _say(self, answer: Answer, text: str) -> None:
        if text:
            self.send("token", id=answer.request.id, index=answer.index, text=text)

    def _finish(self, row: int, reason: str, text: str) -> None:
        answer = self.active[row]
        request = answer.request
        self._say(answer, text)
        self.send("done", id=request.id, index=answer.index, finish_reason=reason)
        request.completion_tokens += answer.tokens
        request.unfinished -= 1
        if not request.unfinished:
            self.send(
                "usage",
                id=request.id,
                prompt_tokens=len(request.prompt),
                completion_tokens=request.completion_tokens,
            )
        self._leave(row)

    def _leave(self, row: int) -> None:
        self.decoder.drop(row)
        del self.active[row]


def load(folder: Path, send: Send) -> Served:
    """Returns the folder's model, ready to answer; raises EngineError where it is broken."""
    tokenizer = base_model.load_tokenizer(folder)
    model = base_model.load_model(
        folder,
        base_model.serving_dtype(folder),
        four_bits=base_model.answers_in_four_bits(folder),
    )
    device = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else "cpu"
    served = Served(model.to(device).eval().requires_grad_(False), tokenizer, folder, send)
    _warm_up(served)
    return served


@torch.inference_mode()
def _warm_up(served: Served) -> None:
    served.decoder.add()
    served.decoder.read(0, [0, 1])
    served.decoder.step([0])
    served.decoder.drop(0)
