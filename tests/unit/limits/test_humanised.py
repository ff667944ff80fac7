from __future__ import annotations

import pytest

from headgate.limits.humanised import clock_form, humanised


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        # The four forms that were measured (apim.md 1.7).
        (21 * 60 + 33, "21 minutes and 33 seconds"),
        (41 * 60 + 54, "41 minutes and 54 seconds"),
        ((24 * 24 + 14) * 3600, "24 days, 14 hours"),
        (23 * 3600, "23 hours"),
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (61, "1 minute and 1 second"),
        (3599, "59 minutes and 59 seconds"),
        (3600, "1 hour"),
        (3601, "1 hour"),
        (3660, "1 hour and 1 minute"),
        (86_399, "23 hours and 59 minutes"),
        (86_400, "1 day"),
        (86_400 + 59, "1 day"),
        (86_400 + 3600, "1 day, 1 hour"),
    ],
)
def test_a_wait_names_its_two_largest_units(seconds: int, text: str) -> None:
    assert humanised(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "00:00:00"),
        (5 * 3600 + 23 * 60 + 17, "05:23:17"),
        (86_399, "23:59:59"),
        (86_400, "1.00:00:00"),
        (30 * 86_400 + 1, "30.00:00:01"),
    ],
)
def test_the_clock_form_is_that_of_a_time_span(seconds: int, text: str) -> None:
    assert clock_form(seconds) == text
