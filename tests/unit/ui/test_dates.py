import time
from datetime import UTC, date, datetime

import pytest

from voicetune.ui.parts.dates import day_in_words, moment_in_words


def test_a_day_has_no_leading_zero() -> None:
    assert day_in_words(date(2027, 1, 6)) == "6 January 2027"


def test_a_moment_is_told_in_the_persons_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert moment_in_words(datetime(2026, 11, 25, 20, 5, tzinfo=UTC)) == "26 November, 05:05"
    finally:
        monkeypatch.undo()
        time.tzset()
