"""`chat MODEL`: ask a model at a place, once or in a conversation; answers stream in."""

import sys
from typing import Any

import click

from voicetune.examples.characters import HIDDEN
from voicetune.place_option import PlaceType
from voicetune.providers.client import Place
from voicetune.providers.errors import explain
from voicetune.providers.profiles import Profile
from voicetune.runs.answers import AnswerStream
from voicetune.runs.connection import NotConnectedError, connected
from voicetune.workspace.database import Workspace, open_workspace
from voicetune.workspace.reports import list_checkpoints
from voicetune.workspace.runs import Run, list_runs


@click.command()
@click.argument("model")
@click.option(
    "--place",
    "profile",
    type=PlaceType(lambda profile: profile.chats),
    default="local",
    show_default=True,
    help="Where the model is.",
)
@click.option("--message", help="Ask this one question, print the answer and leave.")
@click.option("--system", help="The system message; by default the one the model was trained with.")
@click.option("--temperature", type=click.FloatRange(0, 2), help="0: always the likeliest word.")
@click.option("--max-tokens", type=click.IntRange(min=1), help="The longest answer, in tokens.")
def command(
    model: str,
    profile: Profile,
    message: str | None,
    system: str | None,
    temperature: float | None,
    max_tokens: int | None,
) -> None:
    """Chat with a base model, a tuned one or a checkpoint.

    An empty line or the end of input ends the conversation. Exit status: 0, or 1 where no answer
    came.
    """
    if system is None:
        system = training_system(profile.id, model)
        if system:
            click.echo(f"System message, as in training: {HIDDEN.sub('', system)}", err=True)
    history: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
    options = {"temperature": temperature, "max_tokens": max_tokens}
    chosen = {name: value for name, value in options.items() if value is not None}
    try:
        with connected(profile) as place:
            if message is not None:
                _ask(place(), model, history, message, chosen)
                return
            while question := _next_question():
                _ask(place(), model, history, question, chosen)
    except NotConnectedError as error:
        raise click.ClickException(str(error)) from error


def training_system(place_id: str, model: str) -> str | None:
    """Returns the system message that the model, or the model of this checkpoint, learnt with."""
    workspace = open_workspace()
    try:
        for run in list_runs(workspace):
            served = (run.served_at, run.served_as) == (place_id, model)
            if served or (run.place == place_id and model in _models_of(workspace, run)):
                return run.system
    finally:
        workspace.close()
    return None


def _models_of(workspace: Workspace, run: Run) -> set[str | None]:
    return {run.fine_tuned_model, *(c.model for c in list_checkpoints(workspace, run.id))}


def _next_question() -> str:
    prompt = "You: " if sys.stdin.isatty() else ""
    try:
        return input(prompt).strip()
    except (EOFError, KeyboardInterrupt):
        return ""


def _ask(
    place: Place, model: str, history: list[dict[str, Any]], question: str, options: dict[str, Any]
) -> None:
    from openai import OpenAIError

    history.append({"role": "user", "content": question})
    said = ""
    stream = AnswerStream(place, model, history, **options)
    try:
        for chunk in stream:
            said += chunk.text
            # No control character that a model writes reaches the terminal.
            click.echo(HIDDEN.sub("", chunk.text), nl=False)
    except OpenAIError as error:
        click.echo()
        raise click.ClickException(explain(error, place)) from error
    except KeyboardInterrupt:
        stream.close()
    click.echo()
    history.append({"role": "assistant", "content": said})
