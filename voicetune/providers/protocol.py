"""How a place departs from the protocol that all of them speak: parts of a profile, as data."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from voicetune.cost.prices import Amount

Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(gt=0)]
Link = Annotated[str, Field(pattern="^https?://")]


class Entry(BaseModel):
    """A part of a profile: nothing unknown in it, and never changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Address(Entry):
    """An address that a person types in: what to ask for, and what its path is.

    `default` is offered where the place usually runs; `environment` names a variable that may hold
    the address instead.
    """

    label: Text
    example: Text
    path: Annotated[str, Field(pattern="^/")]
    default: str = ""
    environment: str | None = None


class Requests(Entry):
    """How a job is asked for.

    `hyperparameters` go into the "method" or to the "top-level" of the request. `extra` are further
    top-level fields, sent by the SDK's `extra_body`; `extra_hyperparameters` go among the others.
    """

    hyperparameters: Literal["method", "top-level"] = "method"
    extra: dict[str, Any] = {}
    extra_hyperparameters: dict[str, Any] = {}


class Limits(Entry):
    """What a place takes at most, and at least."""

    minimum_examples: Count = 10
    file_bytes: Count = 512 * 2**20
    suffix_characters: Count = 64
    smallest_batch: Count = 1
    largest_batch: Count = 256


class Supports(Entry):
    """What a place can do beyond training and answering.

    `weight`: the answers of an example can be left out of training one by one. `metadata`: a job
    keeps the metadata it was made with. `learning_rate_multiplier`: false where the place reads the
    number as the learning rate itself. `adapter_download`: what was trained can be fetched, from
    the engine or from a checkpoint's `result_files`. `early_stopping`: a job can end once its
    validation loss no longer falls, and hand over its best epoch.
    """

    dpo: bool = False
    weight: bool = False
    cancel: bool = True
    pause: bool = False
    resume: bool = False
    validation_file: bool = True
    metric_events: bool = False
    checkpoints: bool = False
    metadata: bool = False
    seed: bool = False
    suffix: bool = True
    learning_rate_multiplier: bool = True
    adapter_download: bool = False
    early_stopping: bool = False


LossSource = Literal["events", "checkpoints", "results"]


class Losses(Entry):
    """Where the losses come from: the first of `order` that has any is used, the rest fill gaps.

    `columns` names the columns of the results file as a place calls them, by our names.
    """

    order: Annotated[tuple[LossSource, ...], Field(min_length=1)]
    results_encoding: Literal["plain", "base64", "either"] = "either"
    columns: dict[str, tuple[str, ...]] = {}


Status = Literal[
    "validating_files", "queued", "running", "paused", "succeeded", "failed", "cancelled"
]


class ServingOption(Entry):
    """One way to keep a tuned model ready. `deleted_after_hours`: it is gone by then."""

    name: Text
    per_hour: Amount
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    note: Text
    deleted_after_hours: Count | None = None


class Serving(Entry):
    """How a tuned model answers once it is trained.

    "here": on the machine that trained it. "by-token": at once, paid by the token. "deployment": a
    person deploys it at the place and types in the deployment's name. "dedicated": on a graphics
    card rented by the hour. "elsewhere": somewhere else than where it was trained.
    """

    how: Literal["here", "by-token", "deployment", "dedicated", "elsewhere"]
    explanation: Text
    options: Annotated[tuple[ServingOption, ...], Field(strict=False)] = ()
    as_of: date | None = None
    source: Link | None = None
