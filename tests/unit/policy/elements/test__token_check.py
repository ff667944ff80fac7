from __future__ import annotations

import pytest

from headgate.policy.elements._token_check import without_scheme


@pytest.mark.parametrize(
    ("line", "required", "expected"),
    [
        ("Bearer a.b.c", None, "a.b.c"),
        ("Bearer a.b.c", "bearer", "a.b.c"),
        (" Bearer  a.b.c ", "Bearer", " a.b.c"),
        ("a.b.c", None, "a.b.c"),
        ("a.b.c", "Bearer", ""),
        ("Basic a.b.c", "Bearer", ""),
        ("Bearer", "Bearer", ""),
        ("", None, ""),
    ],
)
def test_scheme_is_taken_off(line: str, required: str | None, expected: str) -> None:
    assert without_scheme(line, required) == expected
