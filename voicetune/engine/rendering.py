"""Messages as the text a model reads: its own chat template, the same for training and chat."""

from typing import Any

from jinja2 import TemplateError

from voicetune.examples.example import Message, role_of, text_of


class TemplateRefusedError(Exception):
    """The model's chat template does not take these messages; says why."""


def render(
    tokenizer: Any,
    messages: list[Message],
    *,
    tools: list[Any] | None = None,
    prompt: bool = False,
) -> str:
    """Returns the messages as text; with `prompt`, up to where the assistant is to answer.

    A template without a system role gets the system message at the head of the first user turn.
    """
    plain = [plain_message(m) for m in messages]
    try:
        return _apply(tokenizer, plain, tools, prompt)
    except TemplateError as error:
        if not plain or role_of(plain[0]) != "system":
            raise TemplateRefusedError(str(error)) from error
    try:
        return _apply(tokenizer, merge_system(plain), tools, prompt)
    except TemplateError as error:
        raise TemplateRefusedError(str(error)) from error


def _apply(tokenizer: Any, messages: list[Message], tools: Any, prompt: bool) -> str:
    text: str = tokenizer.apply_chat_template(
        messages, tools=tools, tokenize=False, add_generation_prompt=prompt
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
