from datetime import UTC, datetime
from typing import Any

import pytest

from voicetune.ui.progress.stage import how_far
from voicetune.workspace.reports import Event


def event(**data: Any) -> Event:
    return Event("e", datetime(2026, 11, 1, tzinfo=UTC), "Said", data=data)


@pytest.mark.parametrize(
    ("data", "far"),
    [
        ([], (0, 0)),
        ([{}], (0, 0)),
        ([{"step": 3, "total_steps": 9}, {"step": 2, "total_steps": 9}], (3, 9)),
        ([{"step": "4", "total_steps": "9"}], (4, 9)),
        ([{"step": 5.0}], (5, 0)),
        ([{"step": "soon", "total_steps": 9}], (0, 0)),
        ([{"step": 1e400, "total_steps": None}], (0, 0)),
        ([{"step": None}, {"step": 7, "total_steps": "?"}], (7, 0)),
    ],
)
def test_how_far_a_run_is_follows_from_whatever_the_place_wrote(
    data: list[dict[str, Any]], far: tuple[int, int]
) -> None:
    assert how_far([event(**row) for row in data]) == far
