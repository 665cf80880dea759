"""How each place departs from the protocol as it is written; what a scripted place imitates.

From the places' documentation and from recorded answers, as of 2026-11-22; no live account was at
hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Dialect:
    """One place's habits; the defaults are the protocol's own.

    `wants_mark`: training files must begin with a byte order mark. `takes_method`: hyperparameters
    go into `method`; a place that does not know it ignores it and trains as it likes. `pages`: a
    place that does not honour `after` gives the first page for ever and says no `has_more`.
    `file_states` are those a file goes through, one each time it is asked about. `omits` are fields
    of a job that are left out, `nulls` those that are null or empty. `tuned_name` is a format of
    the model's name, None where a finished job names no model.
    """

    root: str = "/v1"
    key_header: str = "authorization"
    wants_mark: bool = False
    takes_method: bool = True
    keeps_metadata: bool = True
    pages: bool = True
    file_states: tuple[str | None, ...] = ("processed",)
    first_status: str = "validating_files"
    suffix_characters: int = 64
    metric_events: bool = True
    checkpoint_models: bool = True
    checkpoint_figures: bool = True
    checkpoint_files: bool = False
    results: Literal["base64", "plain", "none"] = "none"
    result_columns: Mapping[str, str] = field(default_factory=dict)
    omits: frozenset[str] = frozenset()
    nulls: Mapping[str, Any] = field(default_factory=dict)
    tuned_name: str | None = "ft:{model}:here::abc"
    serves: Literal["tuned", "deployments", "nothing"] = "tuned"
    moderates: bool = False


LOCAL = Dialect()
OPENAI = Dialect(results="base64", moderates=True)
AZURE = Dialect(
    root="/openai/v1",
    key_header="api-key",
    wants_mark=True,
    file_states=("pending", "processed"),
    suffix_characters=40,
    first_status="pending",
    results="base64",
    result_columns={
        "train_accuracy": "train_mean_token_accuracy",
        "valid_mean_token_accuracy": "validation_mean_token_accuracy",
    },
    tuned_name="{model}.ft-abc",
    serves="deployments",
)
NEBIUS = Dialect(
    takes_method=False,
    keeps_metadata=False,
    pages=False,
    file_states=(None,),
    first_status="running",
    metric_events=False,
    checkpoint_models=False,
    checkpoint_files=True,
    omits=frozenset({"estimated_finish", "metadata"}),
    nulls={"organization_id": "", "method": None, "result_files": []},
    tuned_name=None,
    serves="nothing",
)
PLAIN = Dialect(
    pages=False,
    metric_events=False,
    checkpoint_models=False,
    checkpoint_figures=False,
    keeps_metadata=False,
    results="plain",
    result_columns={"train_loss": "training_loss", "valid_loss": "validation_loss"},
    omits=frozenset({"hyperparameters", "estimated_finish", "error", "method", "metadata"}),
    tuned_name="{model}-tuned",
)
"""A third place that nobody has looked at: as little of the protocol as training needs."""

DIALECTS = {"local": LOCAL, "openai": OPENAI, "azure": AZURE, "nebius": NEBIUS, "plain": PLAIN}


def dialect_of(profile_id: str) -> Dialect:
    """Returns the dialect of a place, or the protocol's own where it has none of its own."""
    return DIALECTS.get(profile_id, OPENAI)
