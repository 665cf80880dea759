"""The places that can train: what each is, takes and costs, read from data/providers.json."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from voicetune.cost.epochs import default_epochs, local_batch_size, local_epochs
from voicetune.cost.prices import Prices
from voicetune.home import DATA

PROVIDERS = DATA / "providers.json"

Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(gt=0)]


class ProfileError(ValueError):
    """A profile file is not as it must be; the text says where and why."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ModelProfile(_Entry):
    """A base model of a place. `context` is the longest example in tokens."""

    id: Text
    name: Text
    context: Count
    parameters: Count | None = None
    licence: Text
    note: Text
    prices: Prices | None

    def epochs_for(self, examples: int) -> int:
        """Returns the epochs to recommend for so many training examples."""
        if self.parameters is None:
            return default_epochs(examples)
        return local_epochs(examples, self.parameters)

    def batch_size_for(self, examples: int) -> int | None:
        """Returns the batch size that "auto" means; None where the place decides and does not say.

        As for the epochs, a model of known size is one of the local engine.
        """
        return None if self.parameters is None else local_batch_size(examples, self.parameters)


class Limits(_Entry):
    """What a place takes at most, and at least."""

    minimum_examples: Count
    file_bytes: Count
    suffix_characters: Count


class Supports(_Entry):
    """What a place can do beyond training and answering."""

    pause: bool
    seed: bool
    metric_events: bool
    checkpoints: bool
    adapter_download: bool


class Profile(_Entry):
    """A place that can train. `base_url` is empty where it is only known once it runs.

    `closes_on`: no new jobs from that day; `serving_ends_on`: its tuned models stop that day.
    `closed_to` completes the sentence "closed to ...". `verified` says what stands behind the
    profile: our own tests, or the place's documentation only.
    """

    id: Text
    name: Text
    summary: Text
    local: bool
    needs_key: bool
    base_url: str = ""
    api_key_env: str | None = None
    keys_url: str | None = None
    closed_to: str | None = None
    closes_on: date | None = None
    serving_ends_on: date | None = None
    as_of: date | None = None
    source: str | None = None
    verified: Literal["tests", "documentation"]
    limits: Limits
    supports: Supports
    models: Annotated[list[ModelProfile], Field(min_length=1)]

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.local == bool(self.base_url):
            raise ValueError("a place has a base_url unless it is local")
        if self.needs_key and not (self.api_key_env and self.keys_url):
            raise ValueError("a place that needs a key names api_key_env and keys_url")
        if (self.closes_on or self.closed_to) and not (self.as_of and self.source):
            raise ValueError("a date of closing comes with as_of and source")
        return self

    def model(self, model_id: str) -> ModelProfile | None:
        """Returns a model by its id, or by the id without its date; None where it has none."""
        return next(
            (m for m in self.models if model_id == m.id),
            next((m for m in self.models if m.id[: -len("-2000-01-01")] == model_id), None),
        )


class _Profiles(_Entry):
    providers: Annotated[list[Profile], Field(min_length=1)]

    @model_validator(mode="after")
    def _apart(self) -> Self:
        ids = [profile.id for profile in self.providers]
        if len(set(ids)) < len(ids):
            raise ValueError("two places have the same id")
        return self


def load_profiles(path: Path = PROVIDERS) -> dict[str, Profile]:
    """Reads every place, by id, in the order to show them.

    Raises ProfileError with the path of what is wrong, such as
    "providers.json: providers.1.models.0.prices.training: ...".
    """
    try:
        read = _Profiles.model_validate_json(path.read_bytes())
    except ValidationError as error:
        found = [
            ": ".join(filter(None, (path.name, ".".join(map(str, e["loc"])), e["msg"])))
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise ProfileError("\n".join(found)) from error
    return {profile.id: profile for profile in read.providers}
