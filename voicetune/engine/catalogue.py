"""The open models that VoiceTune proposes, and what training one takes on this computer."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from voicetune.cost.epochs import local_epochs
from voicetune.engine.hub import ID_PATTERN
from voicetune.engine.lora_settings import Lora
from voicetune.engine.memory import SHARE, Machine, Shape, read_shape, training_bytes
from voicetune.engine.models import STARTER, describe, find_base
from voicetune.engine.store import Store, speed_of
from voicetune.home import DATA

USUAL_LONGEST = 512
"""Tokens of the longest example of a usual set, for which memory is told."""
USUAL_TOKENS = 224
"""Tokens of a usual example, for which time is told."""
EXAMPLES = 100
FACTS = ("licence", "parameters", "download_bytes", "context", "thinks", "quality", "shape")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(_Strict):
    """Where a fact is from, since when it is known and how it was found."""

    source: str
    as_of: date
    how: Literal[
        "copy of the card", "quoted by others", "computed from the parameters", "our judgement"
    ]


class ModelShape(_Strict):
    """What of a model decides its memory, from its config.json."""

    layers: Annotated[int, Field(gt=0)]
    hidden: Annotated[int, Field(gt=0)]
    feed_forward: Annotated[int, Field(gt=0)]
    heads: Annotated[int, Field(gt=0)]
    vocabulary: Annotated[int, Field(gt=0)]


class OpenModel(_Strict):
    """A model that can be downloaded; `quality` says in plain words what to expect of it."""

    id: Annotated[str, Field(pattern=ID_PATTERN)]
    name: str
    licence: str
    parameters: Annotated[int, Field(gt=0)]
    download_bytes: Annotated[int, Field(gt=0)]
    context: Annotated[int, Field(gt=0)]
    thinks: bool
    quality: str
    shape: ModelShape
    facts: dict[str, Fact]

    @property
    def memory_shape(self) -> Shape:
        """The shape as memory is worked out from it."""
        return Shape(parameters=self.parameters, **self.shape.model_dump())

    @property
    def as_of(self) -> date:
        """The day since which the oldest of its facts is known."""
        return min(fact.as_of for fact in self.facts.values())


class Catalogue(_Strict):
    """The whole list, smallest first; `about` says how its facts were found."""

    about: str
    models: tuple[OpenModel, ...]


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Returns data/open_models.json; raises ValidationError where it is wrong."""
    return Catalogue.model_validate_json((DATA / "open_models.json").read_bytes())


def needs(shape: Shape, machine: Machine) -> dict[str, Any]:
    """Says how many bytes of memory training a usual set takes at least, and if they are free."""
    for four_bits in (False, True) if machine.four_bits else (False,):
        least = training_bytes(
            shape,
            rows=1,
            longest=USUAL_LONGEST,
            lora=Lora.default(shape.parameters),
            number=machine.weight_bytes,
            checkpointing=True,
            four_bits=four_bits,
        )
        fits = least <= machine.free_bytes * SHARE
        if fits:
            break
    return {"memory_bytes": least, "fits": fits}


def time_of(store: Store, model: str, shape: Shape) -> dict[str, Any]:
    """Says how many seconds 100 usual examples take, and whether that model was measured here.

    One that was not is judged by the starter model's speed and by how much more there is to
    compute; None where that is not known either.
    """
    tokens = EXAMPLES * USUAL_TOKENS * local_epochs(EXAMPLES, shape.parameters)
    measured = speed_of(store, model)
    if measured is not None:
        return {"seconds": round(tokens / measured[0]), "measured": True}
    starter, speed = find_base(store.home, STARTER), speed_of(store, STARTER)
    known = shape_of(starter.folder) if starter is not None else None
    if known is None or speed is None:
        return {"seconds": None, "measured": False}
    return {"seconds": round(tokens * shape.work / known.work / speed[0]), "measured": False}


def shape_of(folder: Path) -> Shape | None:
    """Returns the shape of a model that is here; None where its config.json does not say."""
    config, parameters = describe(folder)
    return read_shape(config, parameters)
