"""Everything of the workspace as one ZIP, to take elsewhere: examples, what was trained, chats.

Nothing secret is in it: keys are not in the workspace, and addresses are left out with whatever a
person may have written into them.
"""

import io
import json
import re
import zipfile
from dataclasses import asdict
from typing import Any

from voicetune.examples.writing import to_jsonl
from voicetune.runs.held_out import HELD_OUT
from voicetune.workspace import chats
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import list_datasets
from voicetune.workspace.examples import list_examples
from voicetune.workspace.reports import list_checkpoints, list_events, list_samples
from voicetune.workspace.runs import Run, list_runs, run_file

SPLITS = ("training", "validation")
READ_ME = """VoiceTune: everything, as plain files.

voices/   your examples, one file a voice (JSONL, excluded examples among them)
runs/     for each training its exact files, settings, reports and conversations
chats.json  conversations that belong to no training

All text is UTF-8. There are no keys in here.
"""
_LEFT_OUT = ("key", "base_url")


def take_out(ws: Workspace) -> bytes:
    """Returns the ZIP."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", READ_ME)
        for voice in list_datasets(ws):
            content = to_jsonl(list_examples(ws, voice.id), everything=True)
            archive.writestr(f"voices/{voice.id}-{_slug(voice.name)}.jsonl", content)
        for run in list_runs(ws):
            _add_run(archive, ws, run)
        archive.writestr("chats.json", _json(chats.list_turns(ws, None)))
    return packed.getvalue()


def _add_run(archive: zipfile.ZipFile, ws: Workspace, run: Run) -> None:
    folder = f"runs/{run.id}-{_slug(run.dataset_name)}{'-rehearsal' if run.rehearsal else ''}"
    for split in (*SPLITS, HELD_OUT):
        content = run_file(ws, run.id, split)
        if content is not None:
            archive.writestr(f"{folder}/{split}.jsonl", content)
    facts = {name: value for name, value in asdict(run).items() if name not in _LEFT_OUT}
    for name, found in (
        ("run", facts),
        ("events", list_events(ws, run.id)),
        ("checkpoints", list_checkpoints(ws, run.id)),
        ("answers-while-learning", list_samples(ws, run.id)),
        ("chats", chats.list_turns(ws, run.id)),
    ):
        archive.writestr(f"{folder}/{name}.json", _json(found))


def _json(found: Any) -> str:
    rows = [asdict(row) for row in found] if isinstance(found, list) else found
    # Text may hold lone surrogates, which only ASCII can carry.
    return json.dumps(rows, indent=1, default=str) + "\n"


def _slug(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name).strip("-")[:60] or "voice"
