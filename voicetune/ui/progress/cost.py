"""What a run was estimated to cost beside what it was billed, and what the voice cost so far."""

from decimal import Decimal

from voicetune.cost.money import money
from voicetune.cost.spent import UNSENT, Attempt, attempt
from voicetune.examples.intake import counted
from voicetune.runs.spending import spent_on
from voicetune.training.status import is_final
from voicetune.ui.parts.text import aside, prose
from voicetune.ui.train.budget import in_words
from voicetune.workspace.database import Workspace
from voicetune.workspace.money import budget_of
from voicetune.workspace.runs import Run


def draw_cost(ws: Workspace, run: Run) -> None:
    """Draws a run's money: one line, and for a place that charges a second on the whole voice."""
    if run.rehearsal or run.status in UNSENT:
        return
    own = attempt(run.id, run.status, run.estimate, run.trained_tokens)
    words = beside(own, over=is_final(run.status))
    if words:
        prose(f":material/receipt_long: {words}")
    if own.currency is None or run.dataset_id is None:
        return
    so_far = spent_on(ws, run.dataset_id, own.currency)
    budget = budget_of(ws, run.dataset_id)
    left = ""
    if budget is not None and budget.currency == own.currency:
        left = f" of its budget of {money(budget.amount, budget.currency)}"
    aside(f"This voice to date: {money(so_far.amount, own.currency)}{left}. {in_words(so_far)}")


def beside(own: Attempt, *, over: bool) -> str:
    """Says what was estimated, and once the run is over what came of it; "" where neither is known.

    The tokens are told at places free of charge too, where they show how exact the estimate was.
    """
    estimated, billed = _tokens(own.estimated_tokens), _tokens(own.billed_tokens)
    if not estimated:
        return ""
    if own.estimated is not None and own.currency:
        estimated += f", {money(own.estimated, own.currency)}"
    if not over:
        return f"**Estimated:** {estimated}."
    if not billed:
        return f"**Estimated:** {estimated}. The place has not said how much it trained."
    if own.billed is not None and own.currency:
        billed += f", {money(own.billed, own.currency)}"
    verb = "Billed" if own.currency else "Trained"
    return f"**Estimated:** {estimated}. **{verb}:** {billed}{_difference(own)}."


def _tokens(count: int | None) -> str:
    return "" if count is None else counted(count, "token")


def _difference(own: Attempt) -> str:
    if not own.estimated_tokens or own.billed_tokens is None:
        return ""
    apart = own.billed_tokens - own.estimated_tokens
    if apart == 0:
        return ", exactly as estimated"
    share = Decimal(abs(apart)) * 100 / own.estimated_tokens
    size = "under 0.1" if share < Decimal("0.1") else f"{share:.1f}"
    return f", {size} % {'more' if apart > 0 else 'less'}"
