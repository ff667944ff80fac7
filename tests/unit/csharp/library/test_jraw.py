"""JRaw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@(new JObject(new JProperty("r", new JRaw("[1,  2]"))).ToString(Formatting.None))',
            '{"r":[1,  2]}',
        ),
    ],
)
def test_raw_text_is_written_as_it_is(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
