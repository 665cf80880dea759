"""What a model costs at a place: training, answers and hosting, each dated and with its source."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
"""An amount of money; exact, so written as text in JSON ("0.075")."""


class Rates(BaseModel):
    """What reading and writing cost, in the price's currency and unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Amount
    cached_input: Amount | None = None
    output: Amount
    as_of: date
    source: str


class Prices(BaseModel):
    """One model's prices. `base` is the model as it comes, `tuned` what was trained on it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: str = Field(pattern="^[A-Z]{3}$")
    unit: Literal["per 1M tokens"]
    as_of: date
    source: str
    training: Amount
    hosting_per_hour: Amount
    tuned: Rates
    base: Rates
