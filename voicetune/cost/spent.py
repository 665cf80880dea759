"""What the runs of a set were estimated to cost, and what they were billed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from voicetune.cost.estimate import MILLION, Estimate
from voicetune.cost.prices import Prices

OVER = frozenset({"succeeded", "failed", "cancelled"})
UNSENT = frozenset({"prepared", "not_started"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run's money; amounts are None at a place free of charge or of unknown price.

    `billed` comes from the tokens that the place says it trained, at the price of the day of the
    launch. `at_most` is what the run can have cost: what was billed; else what was estimated, where
    it was sent and did not fail; else nothing.
    """

    run_id: int
    status: str
    currency: str | None
    estimated_tokens: int | None
    billed_tokens: int | None
    estimated: Decimal | None
    billed: Decimal | None
    at_most: Decimal | None

    @property
    def settled(self) -> bool:
        """Whether what it cost is known, not only estimated."""
        return self.billed is not None or self.at_most == 0


def frozen(bill: Estimate, prices: Prices | None) -> dict[str, Any]:
    """Returns an estimate as JSON that a run keeps, with the prices that its bill will go by."""
    kept: dict[str, Any] = {}
    for name, value in asdict(bill).items():
        if isinstance(value, Decimal):
            kept[name] = f"{value:f}"
        elif name == "time":
            kept["seconds"] = None if value is None else value.total_seconds()
        else:
            kept[name] = value
    if prices is not None:
        kept["price"] = None if prices.training is None else f"{prices.training:f}"
        kept["minimum_charge"] = f"{prices.minimum_charge:f}"
    return kept


def attempt(
    run_id: int, status: str, estimate: Mapping[str, Any], trained_tokens: int | None
) -> Attempt:
    """Reads a run's money from its frozen estimate (`frozen`) and the place's own count."""
    currency = estimate.get("currency")
    estimated = _amount(estimate.get("training"))
    price, minimum = _amount(estimate.get("price")), _amount(estimate.get("minimum_charge"))
    billed = None
    if trained_tokens is not None and price is not None:
        billed = max(trained_tokens * price / MILLION, minimum or Decimal(0))
    if billed is not None:
        at_most: Decimal | None = billed
    elif status in UNSENT or status == "failed":
        at_most = Decimal(0) if currency else None
    else:
        at_most = estimated
    tokens = estimate.get("billed_tokens")
    return Attempt(run_id, status, currency, tokens, trained_tokens, estimated, billed, at_most)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a set has cost to date in one currency: at most `amount`, of which `billed` is known.

    `failed` is what attempts cost that made no model. `unknown` counts runs at a place whose price
    is not known.
    """

    currency: str
    amount: Decimal
    billed: Decimal
    failed: Decimal
    attempts: int
    without_model: int
    unknown: int


def spent(attempts: Sequence[Attempt], currency: str) -> Spent:
    """Adds up the attempts that were sent, in one currency."""
    sent = [each for each in attempts if each.status not in UNSENT]
    paid = [each for each in sent if each.currency == currency]
    lost = [each for each in paid if each.status in ("failed", "cancelled")]
    return Spent(
        currency,
        amount=sum((each.at_most or Decimal(0) for each in paid), Decimal(0)),
        billed=sum((each.billed or Decimal(0) for each in paid), Decimal(0)),
        failed=sum((each.at_most or Decimal(0) for each in lost), Decimal(0)),
        attempts=len(paid),
        without_model=len(lost),
        unknown=sum(each.at_most is None for each in paid),
    )


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
