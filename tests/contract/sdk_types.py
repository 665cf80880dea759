"""Holds a raw response against the SDK's own type: nothing missing, of another kind, or extra."""

import json
from typing import Any

from pydantic import BaseModel

LIST_KEYS = {"object", "data", "has_more", "first_id", "last_id"}


def strictly(kind: type[BaseModel], text: str | bytes) -> Any:
    """Returns the response as the SDK's type; fails where they differ in any field."""
    value = kind.model_validate_json(text, strict=True)
    _no_extras(value, kind.__name__)
    return value


def strict_list(kind: type[BaseModel], response: Any) -> list[Any]:
    """Returns a list response's items as the SDK's type."""
    body = response.json()
    assert set(body) == LIST_KEYS
    assert body["object"] == "list"
    assert isinstance(body["has_more"], bool)
    items = [strictly(kind, json.dumps(item)) for item in body["data"]]
    ids = [item.id for item in items]
    assert (body["first_id"], body["last_id"]) == ((ids[0], ids[-1]) if ids else (None, None))
    return items


def _no_extras(value: Any, where: str) -> None:
    if isinstance(value, BaseModel):
        assert not value.model_extra, f"{where} has the unknown {value.model_extra}"
        for name in type(value).model_fields:
            _no_extras(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, list):
        for item in value:
            _no_extras(item, where)
