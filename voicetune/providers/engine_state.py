"""What the engine on this computer has: its base models and how fast it trains them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from voicetune.providers.client import Place, client_for


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A base model on this computer. `tokens_per_second` is None until training was measured.

    `licence` is known of a downloaded one.
    """

    id: str
    name: str
    folder: Path
    parameters: int
    context: int
    tokens_per_second: float | None = None
    measured_at: datetime | None = None
    licence: str | None = None


def local_models(place: Place) -> list[LocalModel]:
    """Asks the engine for its base models, the starter model first; errors are the SDK's."""
    state: Any = client_for(place).get("/engine", cast_to=object)
    return [
        LocalModel(
            id=model["id"],
            name=model["name"],
            folder=Path(model["folder"]),
            parameters=model["parameters"],
            context=model["context"],
            tokens_per_second=model["tokens_per_second"],
            measured_at=None
            if model["measured_at"] is None
            else datetime.fromtimestamp(model["measured_at"], UTC),
            licence=model.get("licence"),
        )
        for model in state["models"]
    ]
