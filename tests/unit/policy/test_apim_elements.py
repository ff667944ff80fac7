from __future__ import annotations

from headgate.policy.apim_elements import APIM_ELEMENTS


def test_reference_counts_72_elements() -> None:
    assert len(APIM_ELEMENTS) == 72


def test_no_attribute_is_listed_twice() -> None:
    assert all(len(set(names)) == len(names) for names in APIM_ELEMENTS.values())
    assert all("id" not in names for names in APIM_ELEMENTS.values())
