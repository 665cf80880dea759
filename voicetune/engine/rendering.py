"""Messages as the text a model reads: its own chat template, the same for training and chat."""

from typing import Any

from jinja2 import TemplateError

from voicetune.examples.example import Message, role_of, text_of

NO_THINKING: dict[str, Any] = {"enable_thinking": False}
"""What a thinking model's template is told: nobody's posts come with thoughts before them, so the
model is trained and asked with its thoughts left empty. Other templates pass it over."""


class TemplateRefusedError(Exception):
    """The model's chat template does not take these messages; says why."""


def render(
    tokenizer: Any,
    messages: list[Message],
    *,
    tools: list[Any] | None = None,
    prompt: bool = False,
    thoughts: bool = False,
) -> str:
    """Returns the messages as text; with `prompt`, up to where the assistant is to answer.

    `thoughts` leaves it to a thinking model whether it thinks first. A template without a system
    role gets the system message at the head of the first user turn.
    """
    plain = [plain_message(m) for m in messages]
    try:
        return _apply(tokenizer, plain, tools, prompt, thoughts)
    except TemplateError as error:
        if not plain or role_of(plain[0]) != "system":
            raise TemplateRefusedError(str(error)) from error
    try:
        return _apply(tokenizer, merge_system(plain), tools, prompt, thoughts)
    except TemplateError as error:
        raise TemplateRefusedError(str(error)) from error


def _apply(
    tokenizer: Any, messages: list[Message], tools: Any, prompt: bool, thoughts: bool
) -> str:
    switch = {} if thoughts else NO_THINKING
    text: str = tokenizer.apply_chat_template(
        messages, tools=tools, tokenize=False, add_generation_prompt=prompt, **switch
    )
    return text


def plain_message(message: Message) -> Message:
    """Returns the message with its content as one text and without the training weight."""
    rest = {key: value for key, value in message.items() if key not in ("content", "weight")}
    return {**rest, "content": text_of(message)}


def merge_system(messages: list[Message]) -> list[Message]:
    """Returns the messages with the leading system message put into the turn after it."""
    if len(messages) < 2:
        return messages
    system, first, *rest = messages
    return [{**first, "content": f"{system['content']}\n\n{first['content']}"}, *rest]
