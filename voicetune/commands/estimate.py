"""`estimate FILE`: tokens, and what training costs or how long it takes."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from voicetune.cost.epochs import local_epochs
from voicetune.cost.estimate import SHOWN, Estimate, estimate_examples
from voicetune.cost.measured import MeasuredSet
from voicetune.cost.model_tokenizer import ModelTokenizer
from voicetune.cost.money import money
from voicetune.cost.prices import Prices
from voicetune.cost.tokens import Length, lengths
from voicetune.examples.characters import HIDDEN
from voicetune.examples.example import Example
from voicetune.examples.reading import map_columns, read_file
from voicetune.examples.split import assign_splits
from voicetune.place_option import PlaceType
from voicetune.providers import offers_in_words
from voicetune.providers.client import Place
from voicetune.providers.engine_state import LocalModel, local_models
from voicetune.providers.errors import explain
from voicetune.providers.offers import Offer, offers
from voicetune.providers.own_prices import with_own_prices
from voicetune.providers.profiles import Profile, load_profiles
from voicetune.runs.connection import NotConnectedError, connected
from voicetune.training.eta import in_words
from voicetune.workspace.database import open_workspace
from voicetune.workspace.money import own_prices

UNREADABLE = 2
MEASURING_SECONDS, PAUSE_SECONDS = 90.0, 0.5
"""How long to wait for the engine to measure this computer, the first time, and how often."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The model to train, whichever place it is at."""

    profile: Profile
    id: str
    name: str
    context: int
    epochs: int
    prices: Prices | None
    measure: Callable[[Sequence[Example]], list[Length]]
    tokens_per_second: float | None = None


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--place",
    "profile",
    type=PlaceType(lambda profile: bool(profile.models)),
    default="local",
    show_default=True,
    help="Whose price to work out.",
)
@click.option("--everywhere", is_flag=True, help="Compare every place that can be paid, too.")
@click.option("--model", help="The model to train; the place's first by default.")
@click.option("--epochs", type=click.IntRange(1, 100), help="Default: what suits the set's size.")
@click.option("--json", "as_json", is_flag=True, help="Print the estimate as JSON.")
def command(
    file: Path,
    profile: Profile,
    everywhere: bool,
    model: str | None,
    epochs: int | None,
    as_json: bool,
) -> None:
    """Say what training on a file costs, or how long it takes on this computer.

    One example in ten is held out for validation, as in the app. Prices that you put in there are
    used here too.
    """
    examples = _examples(file)
    sides = assign_splits(examples)
    training = [e for e, side in zip(examples, sides, strict=True) if side == "training"]
    validation = [e for e, side in zip(examples, sides, strict=True) if side == "validation"]
    choose = _local_choice if profile.local else _hosted_choice
    choice = choose(profile, model, len(training))
    bill = estimate_examples(
        training,
        validation,
        epochs=epochs or choice.epochs,
        prices=choice.prices,
        measure=choice.measure,
        limit=choice.context,
        tokens_per_second=choice.tokens_per_second,
    )
    counts = len(training), len(validation)
    found = _everywhere(training, validation, epochs) if everywhere else []
    if as_json:
        data = as_data(choice, bill, counts)
        if everywhere:
            data["places"] = [offers_in_words.as_data(offer) for offer in found]
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
        return
    click.echo(as_text(choice, bill, counts))
    if everywhere:
        click.echo(f"\n{offers_in_words.as_text(found)}")


def _examples(file: Path) -> list[Example]:
    reading = read_file(file.name, file.read_bytes())
    if reading.table and (guess := reading.table.guess).question and guess.answer:
        reading = map_columns(reading.table, guess.question, guess.answer, guess.system)
    if not reading.examples:
        click.echo(HIDDEN.sub("", reading.explanation), err=True)
        click.get_current_context().exit(UNREADABLE)
    return reading.examples


def _hosted_choice(profile: Profile, model_id: str | None, examples: int) -> Choice:
    model = profile.models[0] if model_id is None else profile.model(model_id)
    if model is None:
        raise _unknown(model_id, profile.name, [model.id for model in profile.models])
    epochs = model.epochs_for(examples)
    prices = with_own_prices(profile, model, _own_prices()).prices
    return Choice(profile, model.id, model.name, model.context, epochs, prices, lengths)


def _everywhere(
    training: list[Example], validation: list[Example], epochs: int | None
) -> list[Offer]:
    measured = MeasuredSet.of(lengths(training), lengths(validation))
    paid = [profile for profile in load_profiles().values() if not profile.free]
    return offers(paid, lambda _profile, _model: measured, _own_prices(), _today(), epochs=epochs)


def _own_prices() -> dict[str, dict[str, Any]]:
    workspace = open_workspace()
    try:
        return own_prices(workspace)
    finally:
        workspace.close()


def _today() -> date:
    return datetime.now().astimezone().date()


def _local_choice(profile: Profile, model_id: str | None, examples: int) -> Choice:
    models = _measured_models(profile, model_id)
    model = next((m for m in models if model_id in (None, m.id)), None)
    if model is None:
        raise _unknown(model_id, profile.name, [model.id for model in models])
    return Choice(
        profile,
        model.id,
        model.name,
        model.context,
        local_epochs(examples, model.parameters),
        None,
        ModelTokenizer(model.folder).lengths,
        model.tokens_per_second,
    )


def _measured_models(profile: Profile, model_id: str | None) -> list[LocalModel]:
    """Asks the engine, started for this where none runs, and waits until it knows its speed."""
    if find_spec("torch") is None:
        raise click.ClickException(
            "There is no local engine here, because PyTorch is not installed. Install "
            "requirements.txt, or choose a hosted place with --place."
        )
    try:
        with connected(profile) as place_now:
            deadline = time.monotonic() + MEASURING_SECONDS
            told = False
            while True:
                models = _models_of(place_now())
                wanted = next((m for m in models if model_id in (None, m.id)), None)
                known = wanted is None or wanted.tokens_per_second is not None
                if known or time.monotonic() > deadline:
                    return models
                if not told:
                    click.echo("Measuring how fast this computer trains …", err=True)
                    told = True
                time.sleep(PAUSE_SECONDS)
    except NotConnectedError as error:
        raise click.ClickException(f"The engine on this computer does not start: {error}") from None


def _models_of(place: Place) -> list[LocalModel]:
    from openai import OpenAIError

    try:
        return local_models(place)
    except OpenAIError as error:
        raise click.ClickException(explain(error, place)) from None


def _unknown(model_id: str | None, place: str, known: list[str]) -> click.ClickException:
    listed = ", ".join(known) or "none"
    return click.ClickException(f"{place} has no model {model_id or ''!r}. It has: {listed}.")


def as_data(choice: Choice, bill: Estimate, counts: tuple[int, int]) -> dict[str, Any]:
    """Returns the estimate for JSON; amounts are texts, so that they stay exact."""
    amount, base = offers_in_words.amount, choice.prices.base if choice.prices else None
    return {
        "place": choice.profile.id,
        "model": choice.id,
        "examples": {"training": counts[0], "validation": counts[1]},
        "tokens": {
            "training": bill.training_tokens,
            "validation": bill.validation_tokens,
            "billed": bill.billed_tokens,
        },
        "epochs": bill.epochs,
        "currency": bill.currency,
        "training": amount(bill.training),
        "minimum_applies": bill.minimum_applies,
        "hosting_per_hour": amount(bill.hosting_per_hour),
        "hosting_per_month": amount(bill.hosting_per_month),
        "storage_per_month": amount(bill.storage_per_month),
        "answers": bill.answers,
        "answers_base": amount(bill.answers_base),
        "answers_with_examples": amount(bill.answers_shown),
        "answers_tuned": amount(bill.answers_tuned),
        "break_even": offers_in_words.even_as_data(bill.break_even),
        "as_of": str(choice.prices.as_of) if choice.prices else None,
        "source": choice.prices.source if choice.prices else None,
        "base_as_of": str(base.as_of) if base else None,
        "base_source": base.source if base else None,
        "tokens_per_second": choice.tokens_per_second,
        "seconds": None if bill.time is None else round(bill.time.total_seconds(), 1),
    }


def as_text(choice: Choice, bill: Estimate, counts: tuple[int, int]) -> str:
    """Returns the estimate as a person reads it."""
    profile = choice.profile
    billed_too = choice.prices is not None and choice.prices.bills_validation
    lines = [
        f"{profile.name}, {choice.name} ({choice.id})",
        f"Examples: {counts[0]:,} to train on, {counts[1]:,} held out for validation.",
        f"Tokens: {bill.training_tokens:,} to train on, {bill.validation_tokens:,} for "
        f"validation, which {'is billed too, each epoch' if billed_too else 'is not billed'}.",
        f"Epochs: {bill.epochs}, so {bill.billed_tokens:,} tokens in all.",
        *_time_or_money(choice, bill),
    ]
    if profile.closed_to and profile.as_of:
        lines.append(f"Closed to {profile.closed_to} (as of {_day(profile.as_of)}).")
    if profile.closes_on and profile.serving_ends_on:
        lines.append(
            f"It takes no new jobs from {_day(profile.closes_on)}, and its tuned models stop "
            f"on {_day(profile.serving_ends_on)}."
        )
    return "\n".join(lines)


def _time_or_money(choice: Choice, bill: Estimate) -> list[str]:
    if choice.profile.free:
        return _time(choice, bill)
    if choice.prices is None:
        return ["Price: not known. Put yours in on the app's Train page."]
    return _money(choice.prices, bill)


def _time(choice: Choice, bill: Estimate) -> list[str]:
    if bill.time is None or choice.tokens_per_second is None:
        return ["Time: not known yet; this computer's speed could not be measured."]
    return [
        f"Time: {in_words(bill.time)}, at {choice.tokens_per_second:,.0f} tokens a second "
        "(measured on this computer).",
        "Cost: none.",
    ]


def _money(prices: Prices, bill: Estimate) -> list[str]:
    def shown(amount: Decimal | None) -> str:
        return "not known" if amount is None else money(amount, prices.currency)

    hosting = "none"
    if prices.hosting_per_hour:
        hosting = f"{shown(bill.hosting_per_hour)} an hour, {shown(bill.hosting_per_month)} a month"
    least = ", the least a job costs there" if bill.minimum_applies else ""
    lines = [
        f"Training: {shown(bill.training)}{least}.",
        f"Hosting: {hosting}.",
        f"{bill.answers:,} answers of the usual length: {shown(bill.answers_base)} with the base "
        f"model, {shown(bill.answers_shown)} with {SHOWN} examples in each prompt, "
        f"{shown(bill.answers_tuned)} with the tuned one.",
        f"Tuning pays for itself, against {SHOWN} examples in each prompt: "
        f"{offers_in_words.even_in_words(bill.break_even)}.",
    ]
    if bill.storage_per_month:
        lines.insert(2, f"Storage: {shown(bill.storage_per_month)} a month.")
    if prices.yours_since:
        return [*lines, f"Your own prices, put in on {_day(prices.yours_since)}."]
    lines.append(f"Prices as of {_day(prices.as_of)}, from {prices.source}")
    if prices.base:
        lines.append(
            f"(the base model's as of {_day(prices.base.as_of)}, from {prices.base.source})."
        )
    return lines


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
