from __future__ import annotations

from headgate.policy.caching import value_key


def test_keys_of_values_are_told_apart() -> None:
    assert value_key("a") != value_key("b")
    assert value_key("a") != "a"
