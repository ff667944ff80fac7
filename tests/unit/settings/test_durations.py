from __future__ import annotations

import pytest

from headgate.model.clock import SECOND
from headgate.settings.durations import iso_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT1S", 1),
        ("PT0.5S", 0.5),
        ("PT90S", 90),
        ("PT1M", 60),
        ("PT1M30S", 90),
        ("PT1H", 3600),
        ("P1D", 86400),
        ("P1DT1H1M1S", 90061),
        (" pt1m ", 60),
        ("PT0.000001S", 0.000001),
    ],
)
def test_iso_durations_are_read(text: str, seconds: float) -> None:
    assert iso_duration(text) == round(seconds * SECOND)


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "P1DT", "1M", "T1M", "PT1", "PT1S1M", "-PT1M", "P1M", "P1W", "PT0S"),
        *("P0D", "PT0.0000001S", "00:01:00", "PT1M\nPT1M", "PT٣S", "PT" + "9" * 99 + "S"),
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert iso_duration(text) is None
