from __future__ import annotations

from random import Random
from statistics import median

import pytest

from headgate.simulator.lengths import LENGTH_MAX, Length, Lognormal, draw, in_bounds, parse


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("64", 64),
        ("10-200", (10, 200)),
        ("lognormal:300:0.8", Lognormal(300, 0.8)),
        ("lognormal:300:0.8:10-8000", Lognormal(300, 0.8, 10, 8000)),
    ],
)
def test_length_is_read(text: str, length: Length) -> None:
    assert parse(text) == length


@pytest.mark.parametrize("text", ["", "ten", "1-", "lognormal", "lognormal:3", "lognormal:3:1:5"])
def test_text_without_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"could not|invalid literal"):
        parse(text)


@pytest.mark.parametrize(
    ("length", "fits"),
    [
        (LENGTH_MAX, True),
        (LENGTH_MAX + 1, False),
        ((5, 5), True),
        ((6, 5), False),
        (Lognormal(1, 5.0), True),
        (Lognormal(0.9, 1), False),
        (Lognormal(float("nan"), 1), False),
        (Lognormal(1, 5.1), False),
        (Lognormal(1, 1, 5, 4), False),
    ],
)
def test_bounds_are_kept(length: Length, fits: bool) -> None:
    assert in_bounds(length) is fits


def test_lengths_are_drawn_as_distributed_and_by_seed() -> None:
    assert draw(7, Random(1)) == 7
    assert {draw((1, 3), Random(seed)) for seed in range(50)} == {1, 2, 3}
    rng = Random(1)
    drawn = [draw(Lognormal(300, 0.8, 10, 2000), rng) for _ in range(2000)]
    assert 270 < median(drawn) < 330
    assert min(drawn) >= 10
    assert max(drawn) == 2000
    again = Random(1)
    assert draw(Lognormal(300, 0.8, 10, 2000), again) == drawn[0]
