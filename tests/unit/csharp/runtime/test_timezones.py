"""Zones; tests/unit/csharp/library/test_timezoneinfo.py tests what is done with them."""

from __future__ import annotations

import pytest

from headgate.csharp.runtime.timezones import COORDINATED, WINDOWS, find


@pytest.mark.parametrize("name", sorted(WINDOWS))
def test_every_windows_name_leads_to_a_zone(name: str) -> None:
    found = find(name.upper())
    assert found.name == name
    assert found.zone is not None or found is COORDINATED
    assert abs(found.base()) <= 14 * 36_000_000_000


def test_the_first_and_last_moments_have_offsets() -> None:
    zone = find("Asia/Tokyo")
    assert zone.at(0) > 0
    assert zone.of_clock(3_155_378_975_999_999_999) > 0
    assert find("utc") is COORDINATED
    assert COORDINATED.net_equals(find("UTC"))
    assert zone.to_text() == "Asia/Tokyo"
