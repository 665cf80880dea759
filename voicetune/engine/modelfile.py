"""What an adapter's README says of its base model's chat template, found by rendering with it."""

from collections.abc import Sequence
from pathlib import Path

from voicetune.cost.model_tokenizer import ModelTokenizer, TemplateError
from voicetune.examples.example import Message

_TURN = "<|im_start|>{role}\n{content}<|im_end|>\n"
_START = "<|im_start|>assistant\n"
_PROBE: list[Message] = [
    {"role": "system", "content": "One."},
    {"role": "user", "content": "Two?"},
    {"role": "assistant", "content": "Three."},
    {"role": "user", "content": "Four?"},
]


def modelfile(base: Path, system: str | None, weights: str) -> str:
    """Returns an Ollama Modelfile for a GGUF file made of the model and an adapter for it.

    It names the chat template only where `ollama_template` knows it.
    """
    lines = [f"FROM {weights}"]
    template = ollama_template(base)
    if template:
        lines += [f'TEMPLATE """{template}"""', 'PARAMETER stop "<|im_end|>"']
    if system:
        text = system.replace('"""', '"')
        lines.append(f'SYSTEM """{text}"""')
    return "\n".join(lines) + "\n"


def ollama_template(base: Path) -> str | None:
    """Returns the model's chat template in Ollama's language, None where it is not plain ChatML.

    What a thinking model's template writes so that its thoughts stay empty is in it.
    """
    turns = "".join(_TURN.format(**message) for message in _PROBE)
    try:
        asked = ModelTokenizer(base).render(_PROBE, ask=True)
    except TemplateError:
        return None
    if not asked.startswith(turns + _START):
        return None
    turn = _TURN.format(role="{{ .Role }}", content="{{ .Content }}")
    return f"{{{{ range .Messages }}}}{turn}{{{{ end }}}}{asked.removeprefix(turns)}"


def takes(base: Path, messages: Sequence[Message]) -> bool:
    """Says whether the model's chat template takes these messages as they are."""
    try:
        ModelTokenizer(base).render(messages, ask=True)
    except TemplateError:
        return False
    return True


def thinks(base: Path) -> bool:
    """Says whether the model's chat template has a switch for thoughts before the answer."""
    for name in ("chat_template.jinja", "tokenizer_config.json"):
        path = base / name
        if path.is_file() and "enable_thinking" in path.read_text(encoding="utf-8"):
            return True
    return False
