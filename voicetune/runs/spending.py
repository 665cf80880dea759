"""What a set has cost to date, and whether a launch would go above its budget."""

from collections.abc import Sequence
from decimal import Decimal

from voicetune.cost.money import money
from voicetune.cost.spent import Attempt, Spent, attempt, spent
from voicetune.workspace.database import Workspace
from voicetune.workspace.money import budget_of
from voicetune.workspace.runs import Run, list_runs


def attempts_of(runs: Sequence[Run]) -> list[Attempt]:
    """Returns the money of every real run; a rehearsal costs nothing."""
    return [
        attempt(run.id, run.status, run.estimate, run.trained_tokens)
        for run in runs
        if not run.rehearsal
    ]


def spent_on(ws: Workspace, dataset_id: int, currency: str) -> Spent:
    """Returns what a voice has cost to date in a currency."""
    return spent(attempts_of(list_runs(ws, dataset_id)), currency)


def over_budget(ws: Workspace, dataset_id: int, cost: Decimal, currency: str) -> str | None:
    """Says by how much a launch would go above the budget; None where it does not.

    A budget in another currency cannot be compared, which is said too.
    """
    budget = budget_of(ws, dataset_id)
    if budget is None:
        return None
    if budget.currency != currency:
        return (
            f"Your budget is in {budget.currency}, this place charges in {currency}: the two "
            "cannot be compared."
        )
    total = spent_on(ws, dataset_id, currency).amount + cost
    if total <= budget.amount:
        return None
    return (
        f"With this run the voice will have cost {money(total, currency)}; its budget is "
        f"{money(budget.amount, currency)}."
    )
