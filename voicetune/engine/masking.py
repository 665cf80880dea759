"""Which tokens of a conversation are learned: those of assistant turns whose weight is not 0."""

import re
from dataclasses import dataclass
from typing import Any

from voicetune.engine.rendering import NO_THINKING, merge_system, plain_message, render
from voicetune.examples.example import Message, role_of

IGNORED = -100
"""The label of a token that is read but not learned, PyTorch's own convention."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Encoded:
    """One conversation as token ids, with a label for each: the id itself or IGNORED.

    `cut` counts the tokens that did not fit and were left off at the end.
    """

    ids: list[int]
    labels: list[int]
    cut: int = 0

    @property
    def tokens(self) -> int:
        """How many tokens are read to learn from it once."""
        return len(self.ids)

    @property
    def learned(self) -> int:
        """How many tokens count in the loss."""
        return sum(label != IGNORED for label in self.labels)


def encode(
    tokenizer: Any,
    messages: list[Message],
    *,
    tools: list[Any] | None = None,
    limit: int | None = None,
) -> Encoded:
    """Returns the conversation's tokens and labels, cut at the end to `limit` tokens.

    Raises TemplateRefusedError where the model's chat template does not take the messages.
    """
    text = render(tokenizer, messages, tools=tools)
    spans = learned_spans(tokenizer, messages, text, tools)
    encoding = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    ids: list[int] = encoding["input_ids"]
    labels = [
        token if any(first <= start < last for first, last in spans) else IGNORED
        for token, (start, _) in zip(ids, encoding["offset_mapping"], strict=True)
    ]
    end = len(ids) if limit is None else limit
    return Encoded(ids[:end], labels[:end], max(0, len(ids) - end))


def learned_spans(
    tokenizer: Any, messages: list[Message], text: str, tools: list[Any] | None = None
) -> list[Span]:
    """Returns the parts of the rendered text to learn, as character ranges.

    A template that marks the assistant's part ({% generation %}) is taken at its word; any other
    is found by rendering the conversation up to each assistant turn.
    """
    turns = [index for index, m in enumerate(messages) if role_of(m) == "assistant"]
    spans = _marked_spans(tokenizer, messages, text, tools)
    if len(spans) != len(turns):
        spans = _found_spans(tokenizer, messages, text, turns, tools)
    return [
        span
        for span, turn in zip(spans, turns, strict=True)
        if messages[turn].get("weight", 1) != 0
    ]


def _marked_spans(
    tokenizer: Any, messages: list[Message], text: str, tools: list[Any] | None
) -> list[Span]:
    from transformers.utils.chat_template_utils import render_jinja_template

    template = tokenizer.get_chat_template(tools=tools)
    if not re.search(r"\{%-?\s*generation\b", template):
        return []
    plain = [plain_message(m) for m in messages]
    for chat in (plain, merge_system(plain)):
        marked: tuple[list[str], list[list[Span]]] = render_jinja_template(  # type: ignore[assignment]
            [chat],
            tools=tools,
            chat_template=template,
            return_assistant_tokens_mask=True,
            **NO_THINKING,
            **tokenizer.special_tokens_map,
        )
        if marked[0][0] == text:
            return marked[1][0]
    return []


def _found_spans(
    tokenizer: Any,
    messages: list[Message],
    text: str,
    turns: list[int],
    tools: list[Any] | None,
) -> list[Span]:
    spans = []
    for turn in turns:
        start = _start_of_answer(tokenizer, text, messages[:turn], tools) if turn else 0
        answer = plain_message(messages[turn])["content"].strip()
        found = text.find(answer, start) if answer else -1
        if found >= 0:
            end = found + len(answer)
        else:
            through = render(tokenizer, messages[: turn + 1], tools=tools)
            end = len(text[: _common(text, through)].rstrip())
        spans.append((start, _past_end_of_turn(tokenizer, text, end)))
    return spans


def _start_of_answer(tokenizer: Any, text: str, before: list[Message], tools: Any) -> int:
    """Returns where the answer to the messages `before` begins.

    A thinking model's template may put empty thoughts before the last answer alone. An earlier one
    that begins with "<" would look as if it began a little later.
    """
    prompts = [
        render(tokenizer, before, tools=tools, prompt=True, thoughts=thoughts)
        for thoughts in (False, True)
    ]
    whole = next((prompt for prompt in prompts if text.startswith(prompt)), None)
    return _common(text, prompts[0]) if whole is None else len(whole)


def _common(text: str, other: str) -> int:
    pairs = enumerate(zip(text, other, strict=False))
    length = min(len(text), len(other))
    return next((index for index, (a, b) in pairs if a != b), length)


def _past_end_of_turn(tokenizer: Any, text: str, end: int) -> int:
    """Takes in the token that ends the turn: a model that never learns it never stops."""
    rest = text[end:]
    for token in tokenizer.get_added_vocab():
        if rest.lstrip().startswith(token):
            return end + len(rest) - len(rest.lstrip()) + len(token)
    return end
