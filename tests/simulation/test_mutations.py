"""The simulation is worth its time only if it catches mistakes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.mutations import MUTATIONS
from tests.simulation.simulation import run

SEEDS = range(40)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_mutation_is_caught(
    mutation: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutation(monkeypatch)
    failed = next((result for seed in SEEDS if (result := run(seed)).failure), None)
    assert failed is not None, "no seed caught it"
    print(f"caught at seed {failed.seed} by {failed.invariant}")
