"""Jwt and Basic credentials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1IiwiYXVkIjpbImEiLCJiIl0sImV4cC'
            'I6NjB9.x".AsJwt().Subject)',
            "u",
        ),
        (
            '@("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1IiwiYXVkIjpbImEiLCJiIl0sImV4cCI6NjB9.'
            'x".AsJwt().Audiences.Count())',
            2,
        ),
        (
            '@("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1IiwiYXVkIjpbImEiLCJiIl0sImV4cCI6NjB9.'
            'x".AsJwt().ExpirationTime.Value.Minute)',
            1,
        ),
        (
            '@("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1IiwiYXVkIjpbImEiLCJiIl0sImV4cCI6NjB9.'
            'x".AsJwt().Claims.GetValueOrDefault("aud", ""))',
            "a,b",
        ),
        ('@("no token".AsJwt())', None),
        ('@{ Jwt j; return "x.y.z".TryParseJwt(out j); }', False),
    ],
)
def test_tokens(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@("Basic dTpwOnE=".AsBasic().Password)', "p:q"),
        ('@("Basic !".AsBasic() == null)', True),
        (
            '@{ BasicAuthCredentials c; return "dTpw".TryParseBasic(out c) && c.UserId == "u"; }',
            True,
        ),
    ],
)
def test_basic_credentials(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
