"""Items of JSON files, streamed: wrapped, cut off, broken in the middle."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicetune.examples.intake import Refusal
from voicetune.importers.json_items import items

GOOD = [{"id": 1, "text": "é🌱"}, {"id": 2, "text": "b]}\\"}]


def found(data: str | bytes, *names: str) -> list[Any]:
    return list(items(io.BytesIO(data.encode() if isinstance(data, str) else data), *names))


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(GOOD),
        json.dumps(GOOD, indent=2),
        "window.YTD.tweets.part0 = " + json.dumps(GOOD),
        "\ufeff" + json.dumps(GOOD) + ";\n",
        "\n".join(map(json.dumps, GOOD)),
        json.dumps({"@context": {"a": [1]}, "n": 2, "list": GOOD, "after": [3]}),
        json.dumps(GOOD).encode("utf-16"),
        json.dumps(GOOD, ensure_ascii=False),
    ],
)
def test_the_items_come_out_of_every_wrapping(data: str | bytes):
    assert found(data, "list") == GOOD


def test_an_object_without_the_list_is_the_only_item():
    assert found('{"a": 1, "b": [2]}', "list") == [{"a": 1, "b": [2]}]


def test_items_longer_than_a_piece_of_the_file_come_out_whole():
    values = [{"text": "w" * 200_000}, {"text": "é" * 100_000}, 12345678]
    assert found(json.dumps(values, ensure_ascii=False)) == values


def test_good_items_after_a_broken_one_still_come():
    data = '[{"a": 1}, {"a": 2,, "b"}, {"a": 3}, {"a": 4}]'
    values = found(data)
    assert [v for v in values if not isinstance(v, Refusal)] == [{"a": 1}, {"a": 3}, {"a": 4}]
    assert [v.code for v in values if isinstance(v, Refusal)] == ["not-json"]


def test_every_broken_piece_comes_with_its_whole_text():
    long = "word " * 400
    data = f'[{{"a": 1}}, {{"a": 2,, "b": "{long}"}}, {{"a": 3}}, {{"a" 4}}, {{"a": 5}}]'
    values = found(data)
    assert [v for v in values if not isinstance(v, Refusal)] == [{"a": 1}, {"a": 3}, {"a": 5}]
    first, second = (v.text for v in values if isinstance(v, Refusal))
    assert long in first
    assert second == '{"a" 4}'


def test_the_piece_that_was_cut_off_is_kept_as_far_as_it_goes():
    values = found(json.dumps([{"a": 1}, {"b": "long text of mine"}])[:-6])
    (refusal,) = (v for v in values if isinstance(v, Refusal))
    assert refusal.text == '{"b": "long text of m'


def test_a_file_that_breaks_off_gives_what_is_whole():
    values = found(json.dumps([{"a": 1}, {"a": 2}, {"b": "long text"}])[:-8])
    assert values[:2] == [{"a": 1}, {"a": 2}]
    assert isinstance(values[2], Refusal)


@pytest.mark.parametrize(
    "data", ["", "  ", "[]", "{}", "[" * 100_000, '{"a":' * 50_000, "1" * 9999]
)
def test_nothing_and_nonsense_end_without_an_error(data: str):
    assert not [v for v in found(data) if isinstance(v, dict)]


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_end_without_an_error(data: bytes):
    found(b"[" + data)
    found(b'{"list": [' + data, "list")
    found(data)
