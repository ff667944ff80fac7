from __future__ import annotations

from headgate.policy.surroundings import Surroundings


def test_backends_compare_without_case() -> None:
    surroundings = Surroundings(registry={}, backends={"East"})
    assert not surroundings.lacks_backend("eAST")
    assert surroundings.lacks_backend("west")


def test_unknown_backends_are_not_missed() -> None:
    assert not Surroundings(registry={}).lacks_backend("west")
