"""What a person said about money: prices that are theirs, and how much a set may cost."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from voicetune.workspace.database import Workspace
from voicetune.workspace.settings import get_setting, set_setting

_PRICES = "prices"
_BUDGET = "budget/"


@dataclass(frozen=True, slots=True)
class Budget:
    """How much training a set may cost in all."""

    amount: Decimal
    currency: str


def own_prices(ws: Workspace) -> dict[str, dict[str, Any]]:
    """Returns the prices that a person typed in, as JSON, by "place/model"."""
    kept: dict[str, dict[str, Any]] = get_setting(ws, _PRICES, {})
    return kept


def keep_own_prices(ws: Workspace, model: str, prices: dict[str, Any] | None) -> None:
    """Keeps a person's prices of a model ("place/model"), or goes back to the shipped ones."""
    kept = dict(own_prices(ws))
    if prices is None:
        kept.pop(model, None)
    else:
        kept[model] = prices
    set_setting(ws, _PRICES, kept)


def budget_of(ws: Workspace, dataset_id: int) -> Budget | None:
    """Returns a set's budget, where it has one."""
    kept = get_setting(ws, f"{_BUDGET}{dataset_id}")
    return Budget(Decimal(kept["amount"]), kept["currency"]) if kept else None


def set_budget(ws: Workspace, dataset_id: int, budget: Budget | None) -> None:
    """Sets a set's budget, or takes it away."""
    kept = {"amount": f"{budget.amount:f}", "currency": budget.currency} if budget else None
    set_setting(ws, f"{_BUDGET}{dataset_id}", kept)
