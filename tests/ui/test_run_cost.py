"""Estimate beside bill on the Progress page."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.stand_in import StandIn
from tests.ui.conftest import OpenPage
from tests.ui.engine_place import engine, tokenizer_folder
from tests.ui.test_costs import paid_run
from tests.ui.test_train_page import shown
from voicetune.cost.spent import Attempt
from voicetune.ui.progress.cost import beside
from voicetune.ui.samples import add_sample
from voicetune.workspace.database import Workspace
from voicetune.workspace.money import Budget, set_budget
from voicetune.workspace.runs import create_run

__all__ = ["engine", "tokenizer_folder"]

PAID = Attempt(
    1, "succeeded", "USD", 105_000, 104_000, Decimal("0.525"), Decimal("0.52"), Decimal("0.52")
)


def test_the_bill_stands_beside_the_estimate_once_the_run_is_over() -> None:
    assert beside(PAID, over=True) == (
        "**Estimated:** 105,000 tokens, $0.53. **Billed:** 104,000 tokens, $0.52, 1.0 % less."
    )
    assert beside(PAID, over=False) == "**Estimated:** 105,000 tokens, $0.53."


@pytest.mark.parametrize(
    ("billed", "ending"),
    [
        (105_000, "**Trained:** 105,000 tokens, exactly as estimated."),
        (105_050, "**Trained:** 105,050 tokens, under 0.1 % more."),
        (None, "The place has not said how much it trained."),
    ],
)
def test_a_free_place_shows_how_exact_the_estimate_was(billed: int | None, ending: str) -> None:
    free = replace(PAID, currency=None, estimated=None, billed=None, billed_tokens=billed)
    assert beside(free, over=True).endswith(ending)


def test_a_run_of_an_older_version_says_nothing() -> None:
    assert beside(replace(PAID, estimated_tokens=None), over=True) == ""


def test_progress_shows_the_run_and_the_voice_to_date(
    open_page: OpenPage, ws: Workspace, engine: StandIn
) -> None:
    voice = add_sample(ws, "hiring_manager")
    paid_run(ws, voice, "a", "cancelled", 20_000)
    paid_run(ws, voice, "b", "succeeded", 60_000)
    set_budget(ws, voice, Budget(Decimal(5), "USD"))
    at = open_page("progress", voice=voice)
    assert not at.exception
    said = shown(at).replace("\\", "")
    assert "This voice to date: $0.40 of its budget of $5.00." in said
    assert "2 trainings at places that charge, 1 of them without a model ($0.10)" in said


def test_a_rehearsal_has_no_cost(open_page: OpenPage, ws: Workspace, engine: StandIn) -> None:
    voice = add_sample(ws, "hiring_manager")
    create_run(
        ws,
        key="r",
        dataset_id=voice,
        dataset_name="Voice",
        place="openai",
        model="gpt-4.1-mini-2025-04-14",
        files={"training": b"{}"},
        estimate={"currency": "USD", "training": "0.30", "price": "5", "billed_tokens": 60_000},
        status="succeeded",
        rehearsal=True,
    )
    at = open_page("progress", voice=voice)
    assert not at.exception
    assert "Estimated" not in shown(at)
    at = open_page("train", voice=voice, view="costs")
    assert {m.label: m.value for m in at.metric}["Cost to date"] == "$0.00"
