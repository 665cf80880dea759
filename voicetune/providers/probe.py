"""What a server of the person's own can do, found out by asking it; nothing there is changed."""

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from voicetune.providers.client import Place, client_for

if TYPE_CHECKING:
    import openai

SECONDS = 8.0
MOST_MODELS = 500


@dataclass(frozen=True, slots=True)
class Found:
    """What answers at an address.

    `engine`: it is VoiceTune's own. `trains`: it takes fine-tuning jobs. `chats`: it answers
    chats. `models` are the ids it lists.
    """

    engine: bool
    trains: bool
    chats: bool
    models: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Returns it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Found":
        """Reads what `as_json` returned."""
        return cls(**{**kept, "models": tuple(kept["models"])})


def probe(place: Place) -> Found:
    """Asks a server for its engine state, its jobs, its models, and whether it chats.

    Raises the SDK's errors where it does not answer at all, or refuses the key. What it merely does
    not have (404, 405, 501) is not there.
    """
    client = _client(place)
    models = _models(client)
    state = _has(client, "/engine")
    jobs = _has(client, "/fine_tuning/jobs?limit=1")
    return Found(
        engine=isinstance(state, dict) and isinstance(state.get("models"), list),
        trains=isinstance(jobs, dict) and isinstance(jobs.get("data"), list),
        chats=_chats(client),
        models=models,
    )


def as_engine(place: Place) -> Place:
    """Returns a server's place with what VoiceTune's own engine can do beyond other servers."""
    more = {"early_stopping": True, "adapter_download": True}
    supports = place.profile.supports.model_copy(update=more)
    return replace(place, profile=place.profile.model_copy(update={"supports": supports}))


def listed_models(place: Place) -> tuple[str, ...]:
    """Returns the ids of the models that a server lists; errors as for `probe`."""
    return _models(_client(place))


def _client(place: Place) -> "openai.OpenAI":
    return client_for(place).with_options(max_retries=0, timeout=SECONDS)


def _models(client: "openai.OpenAI") -> tuple[str, ...]:
    listed = _has(client, "/models")
    entries = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(entries, list):
        return ()
    ids = [entry.get("id") for entry in entries if isinstance(entry, dict)]
    return tuple(str(each) for each in ids if each)[:MOST_MODELS]


def _has(client: "openai.OpenAI", path: str) -> Any:
    """Returns what a path answers with, or None where the server has no such path."""
    import openai

    try:
        return client.get(path, cast_to=object)
    except openai.APIStatusError as refusal:
        if refusal.status_code in (400, 404, 405, 422, 501):
            return None
        raise


def _chats(client: "openai.OpenAI") -> bool:
    """Asks for a chat without saying anything: whoever chats complains about the request."""
    import openai

    try:
        client.post("/chat/completions", cast_to=object, body={"messages": []})
    except openai.APIStatusError as refusal:
        if refusal.status_code in (404, 405, 501):
            # "No such model" is a 404 too, of a server that does chat.
            return "model" in str(refusal.message).lower()
        return True
    return True
