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
    """One model's prices. `base` is the model as it comes, `tuned` what was trained on it.

    `minimum_charge` is the least a job costs. `hosting_per_hour` keeps a tuned model ready;
    `storage_per_gb_month` keeps what was trained, of `stored_gb`. `bills_validation`: each pass
    over the validation examples, one an epoch, costs as training does. None means not published
    where we looked. `yours_since`: a person typed these in, on that day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: str = Field(pattern="^[A-Z]{3}$")
    unit: Literal["per 1M tokens"]
    as_of: date
    source: str
    training: Amount | None
    minimum_charge: Amount = Decimal(0)
    hosting_per_hour: Amount
    storage_per_gb_month: Amount = Decimal(0)
    stored_gb: Amount = Decimal(0)
    bills_validation: bool = False
    tuned: Rates | None
    base: Rates | None
    yours_since: date | None = None
