"""`estimate FILE`: tokens, and what training costs or how long it takes."""

import json
import time
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from voicetune.cost.epochs import local_epochs
from voicetune.cost.estimate import estimate_examples
from voicetune.cost.measured import MeasuredSet
from voicetune.cost.model_tokenizer import ModelTokenizer
from voicetune.cost.tokens import lengths
from voicetune.examples.characters import HIDDEN
from voicetune.examples.example import Example
from voicetune.examples.reading import map_columns, read_file
from voicetune.examples.split import assign_splits
from voicetune.place_option import PlaceType
from voicetune.providers import bill_in_words, offers_in_words
from voicetune.providers.bill_in_words import Choice
from voicetune.providers.client import Place
from voicetune.providers.engine_state import LocalModel, local_models
from voicetune.providers.errors import explain
from voicetune.providers.offers import Offer, offers
from voicetune.providers.own_prices import with_own_prices
from voicetune.providers.profiles import Profile, load_profiles
from voicetune.runs.connection import NotConnectedError, connected
from voicetune.workspace.database import open_workspace
from voicetune.workspace.money import own_prices

UNREADABLE = 2
MEASURING_SECONDS, PAUSE_SECONDS = 90.0, 0.5
"""How long to wait for the engine to measure this computer, the first time, and how often."""


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
        data = bill_in_words.as_data(choice, bill, counts)
        if everywhere:
            data["places"] = [offers_in_words.as_data(offer) for offer in found]
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
        return
    click.echo(bill_in_words.as_text(choice, bill, counts))
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
