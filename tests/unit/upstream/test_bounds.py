"""Defaults of the data plane's bounds."""

from __future__ import annotations

import msgspec
import pytest

from headgate.upstream.bounds import Bounds, Timeouts


@pytest.mark.parametrize("kind", [Bounds, Timeouts])
def test_everything_has_a_bound(kind: type[msgspec.Struct]) -> None:
    assert all(value > 0 for value in msgspec.structs.asdict(kind()).values())


def test_bounds_fit_into_each_other() -> None:
    bounds = Bounds()
    assert bounds.window <= bounds.body_buffered <= bounds.buffered_total
    assert bounds.body_buffered <= bounds.body_streamed
    assert bounds.body_dropped < bounds.body_buffered
    # A server that keeps idle connections for a minute must not close one just as we use it.
    assert Timeouts().upstream_idle < 60
