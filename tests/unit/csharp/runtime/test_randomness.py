"""Random numbers."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.randomness import Random, bits
from headgate.model.context import Context


def test_a_seed_gives_the_sequence_of_dotnet() -> None:
    generator = Random(42)
    assert [generator.sample() for _ in range(3)] == [1434747710, 302596119, 269548474]


def test_ranges_are_kept() -> None:
    generator = Random(1)
    assert all(5 <= generator.next_below(5, 7) < 7 for _ in range(100))
    assert -(2**31) <= generator.next_below(-(2**31), 2**31 - 1) < 2**31
    with pytest.raises(DotNetError, match="ArgumentOutOfRange"):
        generator.next_below(2, 1)


def test_bits_come_from_the_call_or_follow_from_its_id(context: Context) -> None:
    assert bits(context, 8) == 0xEF
    context.entropy = None
    assert bits(context, 128) == bits(context, 128)
    assert 0 <= bits(context, 31) < 2**31
