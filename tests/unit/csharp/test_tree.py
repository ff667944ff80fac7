"""The tree."""

from __future__ import annotations

from headgate.csharp import tree


def test_nodes_compare_by_identity() -> None:
    one, other = (tree.Name(at=0, name="a") for _ in range(2))
    assert one != other
    assert len({one, other}) == 2


def test_a_local_starts_without_type_and_outside_cells() -> None:
    local = tree.Local("a", "v0", function=None, loops=0)
    assert (local.type, local.boxed, local.readonly) == (None, False, "")
