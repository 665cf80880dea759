"""An adapter as a ZIP to take home: PEFT's two files, and a README with what its user runs."""

import json
import shlex
import zipfile
from pathlib import Path
from string import Template
from typing import Any

from voicetune.engine.lora_settings import Lora
from voicetune.engine.modelfile import modelfile, ollama_template, takes, thinks
from voicetune.engine.models import STARTER, Base
from voicetune.engine.rendering import merge_system
from voicetune.home import DATA

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date that every file in a ZIP carries, so that the same adapter gives the same bytes."""

README = DATA / "adapter_readme.md"

_QUESTION = "Write a short post about what I learned this week."
_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
"""What vLLM's --max-lora-rank takes."""
_NO_THOUGHTS = (
    "\nThe base model can think before it answers. The adapter was trained without thoughts, and "
    "the commands below leave them out.\n"
)
_OWN_TEMPLATE = """
Ollama finds this base model's chat template by itself if it knows it. Where `ollama show voice \
--template` prints no more than `{{ .Prompt }}`, it does not: use llama-server then, which reads \
the template that is in the file.
"""
_OWN_CONVERTER = """
The starter model's vocabulary is its own, and llama.cpp's converter stops at one that it has not \
seen. These lines, saved as `to_gguf.py`, tell it that this one splits text as GPT-2's does:

<!-- to_gguf -->
```python
import sys

sys.path.insert(0, "llama.cpp")
import convert_hf_to_gguf
from conversion.base import TextModel

TextModel.get_vocab_base_pre = lambda self, tokenizer: "gpt-2"
convert_hf_to_gguf.main()
```
"""


def write_archive(
    target: Path, folder: Path, *, model_id: str, base: Base, system: str | None
) -> None:
    """Writes the adapter in `folder` as a ZIP to `target`.

    `system` is the system message that it was trained with. The base model's place on this computer
    is left out: it says nothing elsewhere.
    """
    config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = base.id
    files = {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != "README.md"
    }
    files["adapter_config.json"] = json.dumps(config, indent=2).encode()
    files["README.md"] = readme(model_id, base, system, Lora.of(folder)).encode()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), content)


def readme(model_id: str, base: Base, system: str | None, lora: Lora) -> str:
    """Returns the README, in Markdown, with commands that are ready to run."""
    here = base.id == STARTER
    messages: list[dict[str, Any]] = [{"role": "user", "content": _QUESTION}]
    if system:
        messages.insert(0, {"role": "system", "content": system})
    merged = not takes(base.folder, messages)
    quiet = thinks(base.folder)
    switch = "'{\"enable_thinking\": false}'"
    return Template(README.read_text(encoding="utf-8")).substitute(
        model=model_id,
        base=base.id,
        base_place="path/to/VoiceTune/data/starter" if here else base.id,
        where="It comes with VoiceTune, in the folder data/starter."
        if here
        else "It is on the Hugging Face Hub under that name, if it was downloaded from there.",
        system=_system_text(system, merged=merged),
        messages=repr(merge_system(messages) if merged else messages),
        rank=next((rank for rank in _RANKS if rank >= lora.rank), lora.rank),
        no_thoughts=_NO_THOUGHTS if quiet else "",
        quiet_python=", enable_thinking=False" if quiet else "",
        quiet_vllm=f" --default-chat-template-kwargs {switch}" if quiet else "",
        quiet_llama=f" --chat-template-kwargs {switch}" if quiet else "",
        own_converter=_OWN_CONVERTER if here else "",
        to_gguf="python to_gguf.py" if here else "python llama.cpp/convert_hf_to_gguf.py",
        say_system=f" -sys {shlex.quote(system)}" if system and not merged else "",
        lora=lora.words,
        modelfile=modelfile(base.folder, system, "./voice.gguf"),
        own_template="" if ollama_template(base.folder) else _OWN_TEMPLATE,
    )


def _system_text(system: str | None, *, merged: bool) -> str:
    if not system:
        return "It was trained without a system message.\n"
    quoted = "\n".join(f"> {line}" for line in system.splitlines())
    head = (
        " The base model takes no system message: put it at the head of the first question, with "
        "an empty line after it."
    )
    return (
        "It was trained with this system message. Send it along, or the answers fall back into "
        f"the base model's voice.{head if merged else ''}\n\n{quoted}\n"
    )
