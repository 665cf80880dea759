from datetime import UTC, datetime
from pathlib import Path

import httpx2
import openai

from voicetune.providers import engine_state
from voicetune.providers.client import client_for

MODEL = {
    "id": "voicetune-starter",
    "name": "Starter model",
    "folder": "/models/starter",
    "parameters": 12_500_000,
    "context": 1024,
    "tokens_per_second": None,
    "measured_at": None,
}


def test_tells_the_engines_models_and_their_measured_speed(engine_place, monkeypatch):
    measured = {**MODEL, "id": "larger", "tokens_per_second": 900.5, "measured_at": 1_790_000_000}

    def handler(request):
        assert request.url.path == "/v1/engine"
        return httpx2.Response(200, json={"version": "0", "models": [MODEL, measured]})

    connections = openai.DefaultHttpx2Client(transport=httpx2.MockTransport(handler))
    client = client_for(engine_place, connections=connections)
    monkeypatch.setattr(engine_state, "client_for", lambda _place: client)
    starter, larger = engine_state.local_models(engine_place)
    assert (starter.id, starter.tokens_per_second, starter.measured_at) == (
        "voicetune-starter",
        None,
        None,
    )
    assert starter.folder == Path("/models/starter")
    assert larger.tokens_per_second == 900.5
    assert larger.measured_at == datetime.fromtimestamp(1_790_000_000, UTC)
