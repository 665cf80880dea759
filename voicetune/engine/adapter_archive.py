"""An adapter as a ZIP to take home: PEFT's two files, and a README with what its user runs."""

import json
import zipfile
from pathlib import Path
from string import Template
from typing import Any

from voicetune.engine.models import STARTER, Base
from voicetune.home import DATA

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date that every file in a ZIP carries, so that the same adapter gives the same bytes."""

README = DATA / "adapter_readme.md"

_QUESTION = "Write a short post about what I learned this week."
_CHATML = (
    "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}"
    "<|im_start|>assistant\n"
)


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
    files["README.md"] = readme(model_id, base, system, int(config.get("r") or 1)).encode()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), content)


def readme(model_id: str, base: Base, system: str | None, rank: int) -> str:
    """Returns the README, in Markdown, with commands that are ready to run."""
    here = base.id == STARTER
    messages: list[dict[str, Any]] = [{"role": "user", "content": _QUESTION}]
    if system:
        messages.insert(0, {"role": "system", "content": system})
    return Template(README.read_text(encoding="utf-8")).substitute(
        model=model_id,
        base=base.id,
        base_place="path/to/VoiceTune/data/starter" if here else base.id,
        where="It comes with VoiceTune, in the folder data/starter."
        if here
        else "It is on the Hugging Face Hub under that name, if it was downloaded from there.",
        system=_system_text(system),
        messages=repr(messages),
        rank=max(8, rank),
        modelfile=_modelfile(base, system),
    )


def _system_text(system: str | None) -> str:
    if not system:
        return "It was trained without a system message.\n"
    quoted = "\n".join(f"> {line}" for line in system.splitlines())
    return (
        "It was trained with this system message. Send it along, or the answers fall back into "
        f"the base model's voice:\n\n{quoted}\n"
    )


def _modelfile(base: Base, system: str | None) -> str:
    lines = ["FROM ./voice.gguf"]
    if _speaks_chatml(base.folder):
        lines += [f'TEMPLATE """{_CHATML}"""', 'PARAMETER stop "<|im_end|>"']
    if system:
        text = system.replace('"""', '"')
        lines.append(f'SYSTEM """{text}"""')
    return "\n".join(lines) + "\n"


def _speaks_chatml(folder: Path) -> bool:
    """Says whether the model's turns are plain ChatML; others Ollama reads from the GGUF file."""
    template = folder / "chat_template.jinja"
    text = template.read_text(encoding="utf-8") if template.is_file() else ""
    return "<|im_start|>" in text and "tools" not in text and "think" not in text
