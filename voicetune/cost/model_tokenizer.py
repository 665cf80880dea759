"""Tokens as a local model counts them: its own chat template, its own tokenizer, no torch."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicetune.cost.tokens import Length, last_answer
from voicetune.examples.example import Example, Message, role_of, text_of

if TYPE_CHECKING:
    import jinja2
    import tokenizers


class TemplateError(ValueError):
    """The model's chat template does not take these messages; the text says why."""


class ModelTokenizer:
    """Counts what the engine trains on and bills: rendered by the template, then encoded.

    `folder` is a Hugging Face model folder with tokenizer.json and a chat template. Rendering
    follows transformers' `apply_chat_template`, so that both count alike.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def _tokenizer(self) -> "tokenizers.Tokenizer":
        import tokenizers

        return tokenizers.Tokenizer.from_file(str(self.folder / "tokenizer.json"))

    @cached_property
    def _config(self) -> dict[str, Any]:
        path = self.folder / "tokenizer_config.json"
        return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}

    @cached_property
    def _template(self) -> "jinja2.Template":
        path = self.folder / "chat_template.jinja"
        source = path.read_text("utf-8") if path.exists() else self._config.get("chat_template")
        if isinstance(source, list):  # several, by name
            source = next((t["template"] for t in source if t["name"] == "default"), None)
        if not isinstance(source, str):
            raise TemplateError(f"The model in {self.folder} has no chat template.")
        return _environment().from_string(source)

    def render(self, messages: Sequence[Message], *, ask: bool = False) -> str:
        """Returns the messages as the model reads them; `ask` adds the start of its answer.

        Raises TemplateError where the template does not take them (roles out of order, say).
        """
        import jinja2

        written = [
            {**m, "role": str(role_of(m) or ""), "content": text_of(m)}
            for m in messages
            if isinstance(m, dict)
        ]
        try:
            return self._template.render(
                messages=written,
                add_generation_prompt=ask,
                enable_thinking=False,  # as the engine trains and asks
                **self._special_tokens(),
            )
        except jinja2.TemplateError as refusal:
            raise TemplateError(str(refusal)) from refusal

    def count_text(self, text: str) -> int:
        """Counts a text's tokens, without any marker around it."""
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def count_example(self, example: Example) -> int:
        """Counts all tokens of an example, the template's markers among them."""
        return self.count_examples([example])[0]

    def count_examples(self, examples: Sequence[Example]) -> list[int]:
        """Counts every example, all at once."""
        return self._count([self._written(example.messages) for example in examples])

    def lengths(self, examples: Sequence[Example]) -> list[Length]:
        """Measures every example as `voicetune.cost.tokens.lengths` does, in this model's tokens.

        The answer counts with the marker that ends it, which the model writes too. Where the
        template refuses an example, its texts alone are counted; training refuses it.
        """
        prompts = [
            self._written(example.messages[: last_answer(example)], ask=True)
            for example in examples
        ]
        counted = zip(self.count_examples(examples), self._count(prompts), strict=True)
        return [Length(total, prompt, max(0, total - prompt)) for total, prompt in counted]

    def _written(self, messages: Sequence[Message], *, ask: bool = False) -> str:
        try:
            return self.render(messages, ask=ask)
        except TemplateError:
            return "\n".join(text_of(message) for message in messages)

    def _count(self, texts: list[str]) -> list[int]:
        encoded = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [len(encoding) for encoding in encoded]

    def _special_tokens(self) -> dict[str, str]:
        found = {}
        for key in ("bos_token", "eos_token", "pad_token", "unk_token"):
            token = self._config.get(key)
            token = token.get("content") if isinstance(token, dict) else token
            if isinstance(token, str):
                found[key] = token
        return found


def _environment() -> "jinja2.Environment":
    import jinja2
    from jinja2 import nodes
    from jinja2.ext import Extension, loopcontrols
    from jinja2.parser import Parser
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Generation(Extension):
        """Marks what the model writes; for counting, the text inside is text."""

        tags = {"generation"}  # noqa: RUF012 - jinja2's own declaration

        def parse(self, parser: Parser) -> nodes.Node:
            line = next(parser.stream).lineno
            body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
            return nodes.Scope(body, lineno=line)

    def refuse(message: str) -> None:
        raise jinja2.TemplateError(message)

    def to_json(value: Any, indent: int | None = None) -> str:
        return json.dumps(value, ensure_ascii=False, indent=indent)

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols]
    )
    environment.filters["tojson"] = to_json
    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = lambda form: datetime.now().astimezone().strftime(form)
    return environment
