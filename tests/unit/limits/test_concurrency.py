from __future__ import annotations

from headgate.limits.concurrency import Gates


def test_as_many_as_may_be_are_let_in_and_no_more() -> None:
    gates = Gates()
    assert [gates.enter("k", 2) for _ in range(3)] == [True, True, False]
    assert gates.inside("k") == 2


def test_who_leaves_makes_room() -> None:
    gates = Gates()
    gates.enter("k", 1)
    gates.leave("k")
    assert gates.inside("k") == 0
    assert gates.enter("k", 1)


def test_keys_have_gates_of_their_own() -> None:
    gates = Gates()
    gates.enter("k", 1)
    assert gates.enter("other", 1)
    assert not gates.enter("k", 1)


def test_the_limit_is_that_of_who_asks() -> None:
    gates = Gates()
    gates.enter("k", 1)
    assert gates.enter("k", 2)
    assert not gates.enter("k", 1)
