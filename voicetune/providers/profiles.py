"""The places that can train or answer: what each is, takes and costs, read from data files."""

import os
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from voicetune.cost.epochs import (
    PAIR_EPOCHS,
    default_epochs,
    local_batch_size,
    local_beta,
    local_epochs,
    local_pair_epochs,
)
from voicetune.cost.prices import Prices
from voicetune.home import DATA, home
from voicetune.providers.protocol import (
    Address,
    Count,
    Entry,
    Limits,
    Link,
    Losses,
    Requests,
    Serving,
    Status,
    Supports,
    Text,
)

PROVIDERS = DATA / "providers.json"
OWN_FILE = "providers.json"
"""A file of this name in VoiceTune's folder adds places of the person's own."""

Kind = Literal["engine", "server", "hosted", "elsewhere", "chat"]


class ProfileError(ValueError):
    """A profile file is not as it must be; the text says where and why."""


class ModelProfile(Entry):
    """A base model of a place. `context` is the longest example in tokens.

    `id` is its name for training; `inference_id` its name for answering, where that is another.
    `tokenizer` "o200k_base" is the one that `voicetune.cost.tokens` counts with exactly.
    `dpo` is false where its place trains others on preference pairs, but not this one.
    `serving_ends_on` is the day it stops answering, where that is not its place's. `closes_from`
    and `serving_ends_from` are the earliest days on which it may stop being trained, and answering.
    """

    id: Text
    inference_id: Text | None = None
    name: Text
    context: Count
    parameters: Count | None = None
    licence: Text
    note: Text
    serving_ends_on: date | None = None
    closes_from: date | None = None
    serving_ends_from: date | None = None
    dates_note: Text | None = None
    dpo: bool = True
    tokenizer: Literal["own", "o200k_base"] = "own"
    prices: Prices | None

    @property
    def base_id(self) -> str:
        """Its name when it is asked as it comes."""
        return self.inference_id or self.id

    def epochs_for(self, examples: int) -> int:
        """Returns the epochs to recommend for so many training examples."""
        if self.parameters is None:
            return default_epochs(examples)
        return local_epochs(examples, self.parameters)

    @property
    def pair_epochs(self) -> int:
        """The epochs to recommend for preference pairs."""
        return PAIR_EPOCHS if self.parameters is None else local_pair_epochs(self.parameters)

    @property
    def beta(self) -> float | None:
        """The beta that "auto" means; None where the place decides and does not say."""
        return None if self.parameters is None else local_beta(self.parameters)

    def batch_size_for(self, examples: int) -> int | None:
        """Returns the batch size that "auto" means; None where the place decides and does not say.

        As for the epochs, a model of known size is one of the local engine.
        """
        return None if self.parameters is None else local_batch_size(examples, self.parameters)


class Profile(Entry):
    """A place that can train, or answer, or both.

    `kind`: "engine" is this computer, "server" an address of the person's own that says by itself
    what it can do, "hosted" a place whose training is driven from here, "elsewhere" one whose
    training is not (`not_driven` says why), "chat" one that only answers. `base_url` is empty where
    it is only known once it runs or is typed in (`address`).

    `closes_on`: no new jobs from that day; `serving_ends_on`: its tuned models stop that day.
    `closed_to` completes the sentence "closed to ...". `statuses` says which of the protocol's
    states a place's own words mean. `moderation_model` is the model of its moderation endpoint.
    `export` names the file format its own training takes. `verified` says what stands behind the
    profile, a live place or its documentation only, and `verified_on` when that was.
    """

    id: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]*$")]
    name: Text
    summary: Text
    kind: Kind
    base_url: str = ""
    address: Address | None = None
    authentication: Literal["bearer", "token-file", "none"] = "bearer"
    needs_key: bool
    api_key_env: str | None = None
    keys_url: Link | None = None
    not_driven: Text | None = None
    closed_to: Text | None = None
    closes_on: date | None = None
    serving_ends_on: date | None = None
    as_of: date | None = None
    source: Link | None = None
    verified: Literal["documentation", "live"]
    verified_on: date
    free: bool = False
    requests: Requests = Requests()
    limits: Limits = Limits()
    file_encoding: Literal["utf-8", "utf-8-bom"] = "utf-8"
    supports: Supports = Supports()
    losses: Losses | None = None
    statuses: dict[str, Status] = Field(default_factory=dict)
    moderation_model: Text | None = None
    serving: Serving
    export: Literal["together", "fireworks", "tinker"] | None = None
    models: tuple[ModelProfile, ...] = ()

    @property
    def local(self) -> bool:
        """Whether this is the engine on this computer."""
        return self.kind == "engine"

    @property
    def trains(self) -> bool:
        """Whether training there can be driven from here; a server must still say so itself."""
        return self.kind in ("engine", "server", "hosted")

    def learns_pairs(self, model: ModelProfile) -> bool:
        """Whether a model can be trained on preference pairs there."""
        return self.supports.dpo and model.dpo

    @property
    def chats(self) -> bool:
        """Whether its models can be asked from here."""
        return self.kind != "elsewhere" or bool(self.base_url)

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        known = bool(self.base_url) or self.address is not None
        if self.local and known:
            raise ValueError("a local place has no base_url: the engine says where it is")
        if not self.local and self.kind != "elsewhere" and not known:
            raise ValueError("a place has a base_url or an address unless it is local")
        if self.needs_key and not (self.api_key_env and self.keys_url):
            raise ValueError("a place that needs a key names api_key_env and keys_url")
        if (self.closes_on or self.closed_to) and not (self.as_of and self.source):
            raise ValueError("a date of closing comes with as_of and source")
        if (self.kind == "elsewhere") != (self.not_driven is not None):
            raise ValueError("a place whose training is not driven from here says why: not_driven")
        if self.kind in ("engine", "hosted") and not (self.models and self.losses):
            raise ValueError("a place that trains has models and losses")
        return self

    def model(self, model_id: str) -> ModelProfile | None:
        """Returns a model by its id, or by the id without its date; None where it has none."""
        return next(
            (m for m in self.models if model_id in (m.id, m.inference_id)),
            next((m for m in self.models if m.id[: -len("-2000-01-01")] == model_id), None),
        )

    def status_of(self, said: str) -> str:
        """Returns what a place's own word for a job's state means; an unknown word as it is."""
        return self.statuses.get(said, said)


class _Profiles(Entry):
    providers: Annotated[tuple[Profile, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _apart(self) -> Self:
        ids = [profile.id for profile in self.providers]
        if len(set(ids)) < len(ids):
            raise ValueError("two places have the same id")
        return self


def load_profiles(path: Path | None = None) -> dict[str, Profile]:
    """Reads every place, by id, in the order to show them.

    Without a path these are the shipped ones and the person's own: those in the file that
    VOICETUNE_PROVIDERS names, else in `providers.json` of VoiceTune's folder. A place of theirs
    with a shipped id replaces that one. Raises ProfileError with the path of what is wrong, such as
    "providers.json: providers.1.models.0.prices.training: ...".
    """
    if path is not None:
        return _read(path)
    own = own_file()
    return {**_read(PROVIDERS), **(_read(own) if own else {})}


def own_file() -> Path | None:
    """Returns the file with the person's own places, where there is one."""
    named = os.environ.get("VOICETUNE_PROVIDERS")
    path = Path(named) if named else home() / OWN_FILE
    return path if named or path.exists() else None


def _read(path: Path) -> dict[str, Profile]:
    try:
        read = _Profiles.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ProfileError(f"{path.name}: {error.strerror}") from error
    except ValidationError as error:
        found = [
            ": ".join(filter(None, (path.name, ".".join(map(str, e["loc"])), e["msg"])))
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise ProfileError("\n".join(found)) from error
    return {profile.id: profile for profile in read.providers}
