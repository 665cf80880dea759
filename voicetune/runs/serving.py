"""Having a run's model answer at another server that holds its adapter: vLLM, Ollama, any such."""

from collections.abc import Mapping

from voicetune.providers.addresses import is_loopback
from voicetune.providers.client import Place
from voicetune.providers.errors import explain
from voicetune.providers.probe import listed_models
from voicetune.providers.profiles import Profile
from voicetune.workspace.database import Workspace
from voicetune.workspace.runs import Run, update_run

SERVERS = ("chat", "server")
"""The kinds of place that answer with whatever their owner gave them."""
MOST_NAMED = 6


class ServingError(Exception):
    """The server does not have the model, or cannot be asked; the text says what to do."""


def servers(profiles: Mapping[str, Profile]) -> list[Profile]:
    """Returns the places that can hold an adapter trained elsewhere, those made for it first."""
    found = [profile for profile in profiles.values() if profile.kind in SERVERS]
    return sorted(found, key=lambda profile: SERVERS.index(profile.kind))


def can_travel(run: Run, profile: Profile) -> bool:
    """Says whether what the run trained can be taken to another server; `profile` is its place."""
    return (
        run.status == "succeeded"
        and not run.rehearsal
        and (profile.kind == "server" or profile.supports.adapter_download)
    )


def serve_at(ws: Workspace, run: Run, place: Place, name: str) -> Run:
    """Has the run's model be asked as `name` at `place`, once that lists it. Raises ServingError.

    The key is not kept.
    """
    check(place, name)
    return update_run(
        ws, run.id, served_at=place.profile.id, served_url=place.base_url, served_as=name
    )


def take_back(ws: Workspace, run: Run) -> Run:
    """Has the run's model answer where it was trained again, or wherever it did before."""
    return update_run(ws, run.id, served_at=None, served_url=None, served_as=None)


def check(place: Place, name: str) -> None:
    """Asks the server for its models; raises ServingError unless `name` is one of them."""
    from openai import APIConnectionError, APITimeoutError, OpenAIError

    try:
        listed = listed_models(place)
    except OpenAIError as error:
        silent = isinstance(error, APIConnectionError) and not isinstance(error, APITimeoutError)
        if silent and is_loopback(place.base_url):
            raise ServingError(
                f"Nothing answers at {place.base_url}. Start the server there, or put in where "
                "it runs."
            ) from error
        raise ServingError(explain(error, place)) from error
    if name in listed:
        return
    if not listed:
        raise ServingError(f"The server at {place.base_url} lists no models.")
    others = ", ".join(listed[:MOST_NAMED]) + (" and others" if len(listed) > MOST_NAMED else "")
    raise ServingError(
        f"The server answers, but has no model named “{name}”. It has: {others}. Type one of "
        "these, or start it with the adapter under that name."
    )
