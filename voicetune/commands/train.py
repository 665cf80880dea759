"""`train FILE`: check a file, train on it, and watch the run to its end."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from voicetune.commands.check import as_text, find
from voicetune.cost.estimate import estimate_examples
from voicetune.cost.money import money, typed_amount
from voicetune.cost.spent import frozen
from voicetune.examples.characters import HIDDEN
from voicetune.examples.example import Example
from voicetune.examples.finding import Severity
from voicetune.examples.reading import map_columns, read_file
from voicetune.examples.split import assign_splits
from voicetune.place_option import PlaceType
from voicetune.providers.client import Place
from voicetune.providers.errors import explain
from voicetune.providers.own_prices import with_own_prices
from voicetune.providers.probe import as_engine, probe
from voicetune.providers.profiles import Profile
from voicetune.providers.standing import standing
from voicetune.runs.connection import NotConnectedError, connected
from voicetune.runs.launch import Settings, confirmation_key, launch, prepare
from voicetune.runs.spending import over_budget
from voicetune.runs.watch import points_of, poll_run, save_samples
from voicetune.training.eta import left_in_words, remaining
from voicetune.training.reading import explain as explain_chart
from voicetune.training.status import NOT_STARTED, is_final, stage_of
from voicetune.workspace.database import Workspace, open_workspace
from voicetune.workspace.datasets import create_dataset, list_datasets
from voicetune.workspace.examples import add_examples, list_examples
from voicetune.workspace.money import own_prices
from voicetune.workspace.reports import Event, list_events, list_samples
from voicetune.workspace.runs import Run

SUCCEEDED, FAILED, UNREADABLE = 0, 1, 2
SECONDS_BETWEEN = 1.0
UNKNOWN_CONTEXT = 8192
"""The longest example of a model that the profiles do not know, in tokens."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--place",
    "profile",
    type=PlaceType(lambda profile: profile.trains),
    default="local",
    show_default=True,
    help="Where to train.",
)
@click.option("--watch", is_flag=True, help="Print events and measurements as they come.")
@click.option("--model", help="The base model; by default the place's first.")
@click.option("--epochs", type=click.IntRange(min=1), help="Passes over the examples.")
@click.option("--suffix", default="", help="A word of yours in the model's name.")
@click.option("--seed", type=click.IntRange(min=0), help="The same seed gives the same losses.")
@click.option(
    "--stop-early",
    is_flag=True,
    help="At VoiceTune's engine, here or on a server of yours: end once the validation loss no "
    "longer falls; take the best epoch.",
)
def command(
    file: Path,
    profile: Profile,
    watch: bool,
    model: str | None,
    epochs: int | None,
    suffix: str,
    seed: int | None,
    stop_early: bool,
) -> None:
    """Train a model on FILE, once it has no errors. The run is seen in the app too.

    Without --watch a hosted place is left alone once it has the job; on this computer the command
    waits for the end, since the engine it started ends with it. Exit status: 0 trained or handed
    over, 1 errors in the file or in training, 2 not a file that can be read.
    """
    if profile.closes_on and not standing(profile, _today()).trains:
        raise click.ClickException(
            f"{profile.name} has taken no new jobs since {profile.closes_on}. Your file is as it "
            "was: train on this computer with --place local."
        )
    model = model or _usual_model(profile)
    examples = read_examples(file, profile, model)
    workspace = open_workspace()
    try:
        with connected(profile) as place_now:
            place = _stopping_early(place_now()) if stop_early else place_now()
            dataset = _dataset_of(workspace, file.stem, examples)
            settings = Settings(
                n_epochs=epochs or _epochs(profile, model, examples),
                suffix=suffix,
                seed=seed,
                early_stopping=stop_early,
            )
            estimate = _agree_on_money(workspace, dataset, profile, model, settings, examples)
            key = confirmation_key(workspace, dataset, place, model, settings)
            run = prepare(workspace, dataset, place, model, settings, key, estimate=estimate)
            run = launch(workspace, run, place)
            _say(
                f"Run {run.id}: {run.training_examples} examples to train {model} on, "
                f"{run.validation_examples} held out, at {profile.name}."
            )
            if watch or profile.local:
                run = follow(workspace, run, place_now, _say if watch else _nothing)
            else:
                run = hand_over(workspace, run, place_now)
            _say(closing(workspace, run))
    except NotConnectedError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        _say("Left. The run is kept and goes on when the app or the engine runs again.")
        raise
    finally:
        workspace.close()
    click.get_current_context().exit(
        FAILED if run.status in ("failed", "cancelled", NOT_STARTED) else SUCCEEDED
    )


def read_examples(file: Path, profile: Profile, model: str) -> list[Example]:
    """Reads and checks the file; prints what is wrong and exits where it cannot be trained on."""
    reading = read_file(file.name, file.read_bytes())
    if reading.table and (guess := reading.table.guess).question and guess.answer:
        reading = map_columns(reading.table, guess.question, guess.answer, guess.system)
    context = click.get_current_context()
    if reading.kind not in ("chat", "table", "pairs") or not (reading.examples or reading.refusals):
        click.echo(HIDDEN.sub("", reading.explanation), err=True)
        context.exit(UNREADABLE)
    known = profile.model(model)
    usual = profile.models[0].context if profile.models else UNKNOWN_CONTEXT
    findings = find(reading, known.context if known else usual)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        click.echo(as_text(reading, errors), err=True)
        context.exit(FAILED)
    sides = assign_splits(reading.examples)
    return [
        replace(example, split=side) for example, side in zip(reading.examples, sides, strict=True)
    ]


def hand_over(
    ws: Workspace,
    run: Run,
    place_now: Callable[[], Place],
    *,
    pause: Callable[[float], None] = time.sleep,
) -> Run:
    """Waits until the place has the run's job or does not take it; a busy place is tried again."""
    said = ""
    while not (run.job_id or is_final(run.status)):
        if run.message != said:
            said = run.message
            _say(said)
        pause(SECONDS_BETWEEN)
        run = poll_run(ws, run, place_now())
    return run


def follow(
    ws: Workspace,
    run: Run,
    place_now: Callable[[], Place],
    say: Callable[[str], None],
    *,
    pause: Callable[[float], None] = time.sleep,
) -> Run:
    """Follows a run to its end and says each event and each answer on the way once."""
    from openai import OpenAIError

    events_said, samples_said, stage, trouble = 0, 0, "", ""
    while True:
        try:
            run, trouble = poll_run(ws, run, place_now()), ""
            save_samples(ws, run, place_now())
        except OpenAIError as error:
            text = explain(error, place_now())
            if text != trouble:
                say(text)
            trouble = text
        if run.status != stage and not is_final(run.status):
            stage = run.status
            say(f"{stage_of(stage).words} ({stage}).")
        events, samples = list_events(ws, run.id), list_samples(ws, run.id)
        for position in range(events_said + 1, len(events) + 1):
            say(_event_line(events[:position]))
        for sample in samples[samples_said:]:
            when = f"after epoch {sample.epoch}" if sample.epoch else "before training"
            say(f"Asked {when}: {sample.question}\n{sample.answer}")
        events_said, samples_said = len(events), len(samples)
        if is_final(run.status):
            say(f"{stage_of(run.status).words} ({run.status}).")
            return run
        pause(SECONDS_BETWEEN)


def _event_line(events: list[Event]) -> str:
    """One line for the last of the events; the others say how fast it goes."""
    data = events[-1].data
    if "step" not in data:
        return events[-1].message
    names = (
        ("train_loss", "loss"),
        ("train_mean_token_accuracy", "token accuracy"),
        ("valid_loss", "validation loss"),
        ("full_valid_loss", "validation loss over all held-out examples"),
    )
    parts = [f"{words} {data[name]:.3f}" for name, words in names if data.get(name) is not None]
    steps = [(e.created_at, int(e.data["step"])) for e in events if "step" in e.data]
    total = data.get("total_steps")
    head = f"step {data['step']}" + (f" of {total}" if total else "")
    if total and data["step"] < total:
        parts.append(left_in_words(remaining(steps, total, datetime.now(UTC))))
    return ", ".join([head, *parts])


def closing(ws: Workspace, run: Run) -> str:
    """Says how the run stands when the command ends, and what comes next."""
    if run.status == "succeeded":
        reading = explain_chart(
            points_of(ws, run),
            final=True,
            has_validation=run.validation_examples > 0,
            best_is_taken=run.stops_early,
        )
        return (
            f"{reading}\nYour model: {run.fine_tuned_model}\n"
            f"Try it: python -m voicetune chat {run.fine_tuned_model} --place {run.place}"
        )
    words = stage_of(run.status).words
    return f"{words}. {run.message}" if run.message else f"{words}."


def _dataset_of(ws: Workspace, name: str, examples: list[Example]) -> int:
    """Returns the data set with exactly these examples, made when there is none."""
    content = [(example.messages, example.extra) for example in examples]
    for dataset in list_datasets(ws):
        if dataset.name == name and dataset.examples == len(examples):
            stored = list_examples(ws, dataset.id)
            if [(example.messages, example.extra) for example in stored] == content:
                return dataset.id
    dataset_id = create_dataset(ws, name)
    add_examples(ws, dataset_id, examples, f"Add from {name}")
    return dataset_id


def _agree_on_money(
    ws: Workspace,
    dataset: int,
    profile: Profile,
    model: str,
    settings: Settings,
    examples: list[Example],
) -> dict[str, Any] | None:
    """Says what the run costs and returns the estimate; above the budget it has to be typed in."""
    known = profile.model(model)
    priced = with_own_prices(profile, known, own_prices(ws)) if known else None
    if priced is None or priced.prices is None or profile.free:
        return None
    bill = estimate_examples(
        [example for example in examples if example.split == "training"],
        [example for example in examples if example.split != "training"],
        epochs=settings.n_epochs or 1,
        prices=priced.prices,
        limit=priced.context,
    )
    if bill.training is not None:
        amount = money(bill.training, priced.prices.currency)
        _say(f"Estimated: {bill.billed_tokens:,} tokens, {amount}.")
        above = over_budget(ws, dataset, bill.training, priced.prices.currency)
        if above is not None:
            _say(above)
            typed = click.prompt(f"Type {amount.removeprefix('under ')} to start all the same")
            if typed_amount(typed) != typed_amount(amount):
                raise click.ClickException("Not started: that is another amount.")
    return frozen(bill, priced.prices)


def _today() -> date:
    return datetime.now().astimezone().date()


def _stopping_early(place: Place) -> Place:
    from openai import OpenAIError

    try:
        if place.profile.kind == "server" and probe(place).engine:
            place = as_engine(place)
    except OpenAIError as error:
        raise click.ClickException(explain(error, place)) from error
    if not place.profile.supports.early_stopping:
        raise click.ClickException(
            f"{place.profile.name} trains every epoch that it is asked for. Leave out --stop-early."
        )
    return place


def _usual_model(profile: Profile) -> str:
    if not profile.models:
        raise click.ClickException(f"{profile.name} has models of its own: name one with --model.")
    return profile.models[0].id


def _epochs(profile: Profile, model: str, examples: list[Example]) -> int | None:
    known = profile.model(model)
    training = sum(example.split == "training" for example in examples)
    return known.epochs_for(training) if known else None


def _say(text: str) -> None:
    click.echo(HIDDEN.sub("", text))


def _nothing(text: str) -> None:
    """Says nothing."""
