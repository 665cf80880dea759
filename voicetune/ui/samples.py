"""The sample voices that ship with VoiceTune, and making a voice from one."""

from collections import Counter
from dataclasses import replace
from functools import cache

from pydantic import BaseModel, ConfigDict, TypeAdapter

from voicetune.examples.example import Example
from voicetune.examples.reading import Reading, read_file
from voicetune.examples.split import assign_splits
from voicetune.home import DATA
from voicetune.ui.examples.noticed import keep_noticed
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import create_dataset, list_datasets, set_system_message
from voicetune.workspace.examples import add_examples
from voicetune.workspace.refusals import save_refusals

FOLDER = DATA / "samples"


class Sample(BaseModel):
    """A sample voice: its file is `id`.jsonl. `practice`: it is there to be mended, not trained."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    about: str
    practice: bool


@cache
def samples() -> dict[str, Sample]:
    """Returns the sample voices by id, in the order to show them."""
    read = TypeAdapter(list[Sample]).validate_json((FOLDER / "samples.json").read_bytes())
    return {sample.id: sample for sample in read}


@cache
def read_sample(sample_id: str) -> Reading:
    """Reads a sample voice's file, with the lines it refuses."""
    name = f"{sample_id}.jsonl"
    return read_file(name, (FOLDER / name).read_bytes())


def sample_examples(sample_id: str) -> tuple[Example, ...]:
    """Returns the examples of a sample voice."""
    return tuple(read_sample(sample_id).examples)


def add_sample(ws: Workspace, sample_id: str) -> int:
    """Makes a voice from a sample, split and with its system message set; returns its id."""
    reading = read_sample(sample_id)
    splits = assign_splits(reading.examples)
    examples = [
        replace(example, split=split)
        for example, split in zip(reading.examples, splits, strict=True)
    ]
    name = free_name(ws, samples()[sample_id].name)
    with ws.write():
        dataset_id = create_dataset(ws, name, sample=sample_id)
        set_system_message(ws, dataset_id, _usual_system(examples))
        ids = add_examples(ws, dataset_id, examples, f"Bring in {name}")
        keep_noticed(ws, dataset_id, reading, ids)
        save_refusals(ws, dataset_id, reading.refusals, source=f"{sample_id}.jsonl")
    return dataset_id


def free_name(ws: Workspace, wanted: str) -> str:
    """Returns the name, with a number where a voice has it already."""
    taken = {dataset.name for dataset in list_datasets(ws)}
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted} {number}"
    return name


def _usual_system(examples: list[Example]) -> str | None:
    return Counter(example.system for example in examples).most_common(1)[0][0]
