"""Fetching what a place has trained and opening it in the engine on this computer.

What a place sends is not trusted: file names are only compared, never used as paths, sizes are
bounded before and while a file comes in, and the engine checks the content against its base model.
"""

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

from voicetune.providers.client import Place, client_for
from voicetune.providers.engine_catalogue import reason
from voicetune.providers.engine_state import local_models
from voicetune.providers.errors import explain
from voicetune.providers.probe import listed_models
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run, update_run

if TYPE_CHECKING:
    from openai import OpenAI

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
LIMITS = {CONFIG: 256 * 2**10, WEIGHTS: 512 * 2**20}
ELSEWHERE = ":elsewhere:"
LABEL = re.compile(r"[^\w-]+")


class AdapterError(Exception):
    """An adapter could not be fetched or opened; the text says why."""


def base_here(run: Run, place: Place, local: Place) -> str | None:
    """Returns the id under which the run's base model is on this computer, or None."""
    known = place.profile.model(run.model)
    names = {run.model} | ({known.id, known.base_id} if known else set())
    return next((model.id for model in local_models(local) if model.id in names), None)


def open_here(ws: Workspace, run: Run, place: Place, local: Place, base: str) -> Run:
    """Fetches the run's adapter and opens it on this computer; the run then answers there.

    `base` is the base model's id here. Raises AdapterError.
    """
    from openai import OpenAIError

    try:
        files = _fetch(client_for(place), run)
    except OpenAIError as error:
        raise AdapterError(explain(error, place)) from error
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    opened = open_archive(local, base, run.suffix, packed.getvalue())
    return update_run(ws, run.id, answers_at=local.profile.id, answers_as=opened)


def open_archive(local: Place, base: str, label: str, archive: bytes) -> str:
    """Opens an adapter's ZIP in the engine on this computer and returns the model's id there.

    `base` is its base model's id there, `label` a part of its name. Raises AdapterError.
    """
    from openai import OpenAIError

    try:
        opened: Any = client_for(local).post(
            "/engine/adapters",
            cast_to=object,
            body={"model": base, "label": LABEL.sub("-", label)[:40].strip("-")},
            files=[("file", ("adapter.zip", archive, "application/zip"))],
            options={"headers": {"Content-Type": "multipart/form-data"}},
        )
    except OpenAIError as error:
        raise AdapterError(reason(error, local)) from error
    name: str = opened["id"]
    return name


def opened_here(local: Place) -> list[str]:
    """Returns the models on this computer that were trained elsewhere; errors are the SDK's."""
    return [model for model in listed_models(local) if ELSEWHERE in model]


def named_base(archive: bytes) -> str:
    """Returns the base model that an adapter's ZIP names, "" where it names none."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            for info in packed.infolist():
                if info.filename.endswith(CONFIG) and info.file_size <= LIMITS[CONFIG]:
                    return str(json.loads(packed.read(info)).get("base_model_name_or_path") or "")
    except (zipfile.BadZipFile, ValueError, AttributeError, NotImplementedError, RuntimeError):
        pass  # the engine says what is wrong with it
    return ""


def _fetch(client: "OpenAI", run: Run) -> dict[str, bytes]:
    """The two files of the last checkpoint that has both."""
    job_id = run.job_id or ""
    pages = client.fine_tuning.jobs.checkpoints.list(job_id, limit=100).data or []
    rows = [checkpoint.to_dict(warnings=False) for checkpoint in pages]
    for row in sorted(rows, key=lambda row: -_step(row)):
        ids = row.get("result_files")
        if isinstance(ids, list) and ids:
            return _files(client, [str(each) for each in ids])
    raise AdapterError("The place keeps no files with this run's checkpoints.")


def _files(client: "OpenAI", ids: list[str]) -> dict[str, bytes]:
    found: dict[str, str] = {}
    for file_id in ids:
        facts = client.files.retrieve(file_id).to_dict(warnings=False)
        name = str(facts.get("filename") or "").replace("\\", "/").rpartition("/")[2]
        if name not in LIMITS:
            continue  # a tokenizer, say: it is the base model's
        if name in found:
            raise AdapterError(f"The place sent {name} twice; which one counts is not known.")
        size = facts.get("bytes")
        if isinstance(size, int) and size > LIMITS[name]:
            raise AdapterError(_too_large(name))
        found[name] = file_id
    if set(found) != set(LIMITS):
        raise AdapterError(
            f"The files of this checkpoint are no adapter: {CONFIG} and {WEIGHTS} are needed."
        )
    return {name: _content(client, file_id, name) for name, file_id in found.items()}


def _content(client: "OpenAI", file_id: str, name: str) -> bytes:
    content = bytearray()
    with client.files.with_streaming_response.content(file_id) as response:
        for part in response.iter_bytes():
            content += part
            if len(content) > LIMITS[name]:
                raise AdapterError(_too_large(name))
    return bytes(content)


def _too_large(name: str) -> str:
    return f"{name} is larger than an adapter's is: {LIMITS[name] // 2**10:,} kB at most."


def _step(row: dict[str, Any]) -> int:
    step = row.get("step_number")
    return step if isinstance(step, int) else 0
