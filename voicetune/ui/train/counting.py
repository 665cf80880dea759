"""The set in tokens, counted once a model's vocabulary and kept for as long as it is unchanged."""

import os
from functools import cache, partial
from pathlib import Path

import streamlit as st

from voicetune.cost.measured import MeasuredSet
from voicetune.cost.model_tokenizer import ModelTokenizer
from voicetune.cost.tokens import lengths
from voicetune.home import DATA
from voicetune.providers.offers import Offer, offers
from voicetune.providers.profiles import ModelProfile, Profile
from voicetune.ui import places, session
from voicetune.workspace.database import Workspace
from voicetune.workspace.datasets import Dataset
from voicetune.workspace.examples import list_examples
from voicetune.workspace.money import own_prices


def measured(ws: Workspace, voice: Dataset, folder: Path | None = None) -> MeasuredSet:
    """Counts the included examples as they are now; `folder` holds a local model's tokenizer."""
    return _measured(ws, str(ws.engine.url), voice.id, voice.revision, folder)


def all_offers(ws: Workspace, voice: Dataset, *, epochs: int | None = None) -> list[Offer]:
    """Works out the bill of every model of every place for a set."""
    local, hosted = partial(measured, ws, voice, starter_folder()), partial(measured, ws, voice)
    counts = {True: cache(local), False: cache(hosted)}

    def count(profile: Profile, model: ModelProfile) -> MeasuredSet:
        return counts[profile.local]()

    known = [
        profile
        for profile in places.profiles().values()
        if not profile.local or places.local_engine_available()
    ]
    return offers(known, count, own_prices(ws), session.today(), epochs=epochs)


def starter_folder() -> Path | None:
    """Returns the folder of the starter model, whose tokenizer is at hand without the engine."""
    folder = Path(os.environ.get("VOICETUNE_STARTER") or DATA / "starter")
    return folder if (folder / "tokenizer.json").exists() else None


@st.cache_data(show_spinner="Counting the tokens of your examples", max_entries=50)
def _measured(
    _ws: Workspace, address: str, dataset_id: int, revision: int, folder: Path | None
) -> MeasuredSet:
    examples = [example for example in list_examples(_ws, dataset_id) if example.include]
    counts = ModelTokenizer(folder).lengths(examples) if folder else lengths(examples)
    sides = zip(examples, counts, strict=True)
    by_side = [(example.split, length) for example, length in sides]
    return MeasuredSet.of(
        [length for split, length in by_side if split == "training"],
        [length for split, length in by_side if split != "training"],
    )
