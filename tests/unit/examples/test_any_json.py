"""Whatever JSON stands where a message should, the checks answer and a mend keeps its promise."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from voicetune.examples.checks import check_example, check_set
from voicetune.examples.example import Example
from voicetune.examples.mends import mend

ROLES = st.sampled_from(["system", "user", "assistant", "tool", "Assistant"])
KEYS = st.sampled_from(["role", "content", "weight", "type", "text", "tool_calls", "image_url"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=12) | ROLES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
FIELDS = {"role": ROLES | JSON, "content": st.text() | JSON, "weight": JSON, "text": JSON}
MESSAGES = st.lists(
    st.fixed_dictionaries({}, optional={**FIELDS, "tool_calls": JSON, "name": JSON}) | JSON,
    max_size=5,
)


def size(example: Example) -> int:
    return sum(len(str(message)) for message in example.messages)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(MESSAGES)
def test_checks_never_raise_and_a_mend_that_is_offered_mends(messages: list[Any]) -> None:
    example = Example(messages)
    for finding in check_example(example, limit=3, count=size):
        better = mend(example, finding.code)
        assert (better is None) == (finding.mend is None)
        if better is not None and finding.code != "unknown-role":  # those it can guess
            assert finding.code not in [left.code for left in check_example(better)]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(MESSAGES, max_size=4))
def test_a_set_of_anything_is_checked(conversations: list[list[Any]]) -> None:
    examples = [Example(messages) for messages in conversations * 3]
    for finding in check_set(examples, minimum=2):
        assert all(0 <= row < len(examples) for row in finding.rows)
