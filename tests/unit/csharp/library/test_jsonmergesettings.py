"""JsonMergeSettings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@{ var o = JObject.Parse("{\\"l\\":[1]}"); '
            'o.Merge(JObject.Parse("{\\"l\\":[2]}"), new JsonMergeSettings { '
            "MergeArrayHandling = MergeArrayHandling.Replace }); return "
            "o.ToString(Formatting.None); }",
            '{"l":[2]}',
        ),
    ],
)
def test_settings_steer_merging(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
