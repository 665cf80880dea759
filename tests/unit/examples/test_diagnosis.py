"""Mended lines: suggested where certain, and only there."""

import json

import pytest

from voicetune.examples.diagnosis import suggest_repair


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("{“messages”: [{“content”: “hi”}]}", {"messages": [{"content": "hi"}]}),
        ('{"content": “She said “yes” twice”}', {"content": "She said “yes” twice"}),
        ('{"a": [1, 2,], "b": ",]",}', {"a": [1, 2], "b": ",]"}),
        ("{'a': True, 'b': None, 'c': \"it's\"}", {"a": True, "b": None, "c": "it's"}),
        ('{"a": "one\ntwo\tthree"}', {"a": "one\ntwo\tthree"}),
        ('{"a": "C:\\dir \\u00e9 \\n"}', {"a": "C:\\dir é \n"}),
        ('{"a": 1},', {"a": 1}),
    ],
)
def test_a_certain_mend_is_suggested(broken: str, mended: dict[str, object]):
    suggestion = suggest_repair(broken)
    assert suggestion is not None
    assert json.loads(suggestion) == mended
    assert "\n" not in suggestion


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '{"a": "cut off',
        "words",
        "[1, 2,]",
        '{"a": NaN}',
        "{" * 5000,
        "__import__('os')",
    ],
)
def test_nothing_is_suggested_where_no_mend_is_needed_or_certain(text: str):
    assert suggest_repair(text) is None
