"""Open models for the engine on this computer: which there are, fetching one, deleting one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from voicetune.providers.client import Place, client_for
from voicetune.providers.errors import explain

_HUB_SECONDS = 90.0
"""For what the engine asks the Hub first."""


@dataclass(frozen=True, slots=True)
class OpenModel:
    """A model that VoiceTune proposes; sizes are bytes, `seconds` are those of 100 examples.

    `measured`: that time comes from this very model on this computer.
    """

    id: str
    name: str
    licence: str
    parameters: int
    download_bytes: int
    context: int
    thinks: bool
    quality: str
    as_of: date
    here: bool
    memory_bytes: int
    fits: bool
    seconds: int | None
    measured: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The proposed models, smallest first, and what this computer has left for them in bytes."""

    models: tuple[OpenModel, ...]
    free_disk: int
    free_memory: int


@dataclass(frozen=True, slots=True)
class HubModel:
    """Any model of the Hub; `problem` says why it cannot be trained here, None where it can."""

    id: str
    licence: str | None
    download_bytes: int
    problem: str | None
    here: bool
    free_disk: int
    enough_disk: bool
    memory_bytes: int | None
    fits: bool | None


@dataclass(frozen=True, slots=True)
class Download:
    """A model on its way: `bytes` have come; `message` says what went wrong."""

    id: str
    model: str
    status: str
    bytes: int
    total_bytes: int
    message: str | None = None

    @property
    def running(self) -> bool:
        """Whether bytes are coming."""
        return self.status == "running"

    @property
    def stopped(self) -> bool:
        """Whether it stands still before its end."""
        return self.status not in ("running", "succeeded")


def catalogue(place: Place) -> Catalogue:
    """Asks the engine what it proposes; errors are the SDK's, a 404 where it is an older one."""
    told: Any = _ask(place).get("/engine/catalogue", cast_to=object)
    return Catalogue(
        tuple(_open_model(each) for each in told["models"]),
        told["free_disk_bytes"],
        told["free_memory_bytes"],
    )


def look_up(place: Place, model: str) -> HubModel:
    """Has the engine ask the Hub about a model; errors are the SDK's."""
    told: Any = _ask(place).get(f"/engine/catalogue/{model}", cast_to=object)
    return HubModel(
        id=told["id"],
        licence=told["licence"],
        download_bytes=told["download_bytes"],
        problem=told["problem"],
        here=told["here"],
        free_disk=told["free_disk_bytes"],
        enough_disk=told["enough_disk"],
        memory_bytes=told["memory_bytes"],
        fits=told["fits"],
    )


def downloads(place: Place) -> list[Download]:
    """Returns the engine's downloads, the newest first; errors are the SDK's."""
    told: Any = _ask(place).get("/engine/downloads", cast_to=object)
    return [_download(each) for each in told["data"]]


def start_download(place: Place, model: str) -> Download:
    """Starts to fetch a model, or goes on with it; errors are the SDK's."""
    body = {"model": model}
    told: Any = _ask(place).post("/engine/downloads", cast_to=object, body=body)
    return _download(told)


def cancel_download(place: Place, download_id: str) -> None:
    """Stops a download; what has come is kept. Errors are the SDK's."""
    _ask(place).post(f"/engine/downloads/{download_id}/cancel", cast_to=object)


def delete_model(place: Place, model: str) -> None:
    """Deletes a downloaded model, or what has come of one; errors are the SDK's."""
    _ask(place).delete(f"/engine/models/{model}", cast_to=object)


def reason(exc: Exception, place: Place) -> str:
    """Returns the engine's own sentence for a refusal, else what `explain` says."""
    body = getattr(exc, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    return said if isinstance(said, str) else explain(exc, place)


def _ask(place: Place) -> Any:
    return client_for(place).with_options(max_retries=0, timeout=_HUB_SECONDS)


def _open_model(told: dict[str, Any]) -> OpenModel:
    time = told["time"]
    plain = {key: value for key, value in told.items() if key not in ("time", "as_of")}
    as_of = date.fromisoformat(told["as_of"])
    return OpenModel(**plain, as_of=as_of, seconds=time["seconds"], measured=time["measured"])


def _download(told: dict[str, Any]) -> Download:
    error = told["error"]
    return Download(
        told["id"],
        told["model"],
        told["status"],
        told["bytes"],
        told["total_bytes"],
        None if error is None else error["message"],
    )
