"""What reading a file noticed about an example, kept until the example is changed.

A name that stood twice in the file leaves no trace in the example, so it could not be found again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from voicetune.examples.codes import CODES
from voicetune.examples.example import Example
from voicetune.examples.finding import Finding
from voicetune.examples.intake import Reading
from voicetune.workspace.database import Workspace
from voicetune.workspace.settings import get_setting, set_setting

Noticed = Mapping[str, Sequence[str]]
"""Example id -> (code, sentence, digest of the messages it is about)."""


def keep_noticed(ws: Workspace, dataset_id: int, reading: Reading, ids: Sequence[int]) -> None:
    """Keeps the findings of `reading` that are about single examples; `ids` are those it became."""
    about = [finding for finding in reading.findings if finding.rows]
    if not about:
        return
    kept = dict(noticed_in(ws, dataset_id))
    for finding in about:
        for row in finding.rows:
            digest = _digest(reading.examples[row])
            kept[str(ids[row])] = (finding.code, finding.message, digest)
    set_setting(ws, _key(dataset_id), kept)


def keep_noticed_of(
    ws: Workspace, dataset_id: int, examples: Mapping[int, Example], code: str, message: str
) -> None:
    """Keeps one thing noticed about several examples, given by id as they are now."""
    if not examples:
        return
    about = {str(i): (code, message, _digest(example)) for i, example in examples.items()}
    set_setting(ws, _key(dataset_id), {**noticed_in(ws, dataset_id), **about})


def noticed_in(ws: Workspace, dataset_id: int) -> Noticed:
    """Returns what was noticed in a set."""
    found: Noticed = get_setting(ws, _key(dataset_id), {})
    return found


def noticed_about(example: Example, noticed: Noticed) -> list[Finding]:
    """Returns what was noticed about an example that is still as it was read."""
    code, message, digest = noticed.get(str(example.id), ("", "", ""))
    if not code or digest != _digest(example):
        return []
    return [Finding(code, CODES[code].severity, message)]


def _digest(example: Example) -> str:
    """Of what people wrote: who the messages come from, and the system message, do not count."""
    told = json.dumps([example.question, example.answer], ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]


def _key(dataset_id: int) -> str:
    return f"noticed.{dataset_id}"
