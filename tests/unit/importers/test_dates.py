"""Moments as archives write them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicetune.importers.dates import utc

NOON = datetime(2024, 3, 5, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2024-03-05 12:30:00",
        "2024-03-05 12:30:00 UTC",
        "2024-03-05T12:30:00Z",
        "2024-03-05T12:30:00.000Z",
        "2024-03-05T14:30:00+02:00",
        "2024-03-05 12:30",
        "Tue Mar 05 12:30:00 +0000 2024",
        "Tue, 05 Mar 2024 07:30:00 -0500",
        "You uploaded a photo on March 5, 2024 at 12:30 PM (GMT)",
        "Mar 5, 2024, 12:30 PM",
        1709641800,
        1709641800000,
        1709641800.0,
        "1709641800",
    ],
)
def test_each_way_of_writing_names_the_moment(value: Any):
    assert utc(value) == NOON


def test_a_day_alone_is_its_start():
    assert utc("2024-03-05") == datetime(2024, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [None, "", "-", "soon", "2024-13-45", "0000-00-00 00:00:00", True, [], {}, 10**30, float("nan"),
     "9999-12-31T23:59:59-23:00", "Foo 99 99:99:99 +0000 0000"],
)  # fmt: skip
def test_what_names_no_moment_is_none(value: Any):
    assert utc(value) is None


@settings(deadline=None, max_examples=150)
@given(
    st.text(max_size=40)
    | st.integers()
    | st.floats()
    | st.from_regex(r"\A\d{4}-\d\d-\d\d.{0,12}\Z")
)
def test_anything_is_a_moment_in_utc_or_none(value: Any):
    found = utc(value)
    assert found is None or found.tzinfo is UTC
