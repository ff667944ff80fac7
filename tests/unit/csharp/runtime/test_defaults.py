"""default(T)."""

from __future__ import annotations

from headgate.csharp.runtime.defaults import default_value
from headgate.csharp.types import INT32, STRING, Type, nullable


def test_value_types_have_a_default_and_others_null() -> None:
    assert default_value(INT32) == 0
    assert default_value(STRING) is None
    assert default_value(nullable(INT32)) is None
    assert default_value(Type("System.Guid")).to_text().startswith("00000000-")
