"""Fetching a tuned model's adapter from the local engine, to take it elsewhere."""

from urllib.parse import quote

from voicetune.providers.client import Place, client_for


def adapter_archive(place: Place, model: str) -> bytes:
    """Returns the adapter of a tuned model or checkpoint as a ZIP; errors are the SDK's."""
    from openai import HttpxBinaryResponseContent

    path = f"/engine/adapters/{quote(model, safe=':')}"
    return client_for(place).get(path, cast_to=HttpxBinaryResponseContent).read()
