"""How much work a piece of code counts for."""

from __future__ import annotations

import pytest

from headgate.csharp.budget import BUDGET, MAX_WORK
from headgate.csharp.errors import DotNetError
from headgate.csharp.expression import compile_expression
from headgate.model.clock import Micros, MonotonicMicros
from headgate.model.context import Context
from headgate.model.entities import Deployment
from headgate.model.messages import Body, Headers, Request, Url


class NoClock:
    """A clock that stands."""

    def now(self) -> Micros:
        return Micros(0)

    def monotonic(self) -> MonotonicMicros:
        return MonotonicMicros(0)


def passes(body: str) -> int:
    """Return how often a loop with this body runs before the budget ends."""
    request = Request("GET", Url.parse("http://h/"), Headers(), Body(b""), "127.0.0.1")
    call = Context(request, clock=NoClock(), request_id="r", deployment=Deployment())
    source = f'@{{ var n = 0; while (true) {{ n++; context.Trace(""); {body} }} }}'
    compiled, diagnostics = compile_expression(source)
    assert compiled is not None, diagnostics
    with pytest.raises(DotNetError, match="Budget"):
        compiled.evaluate(call)
    assert BUDGET.left > MAX_WORK
    return len(call.facts)


HEAVY = "n += 0;" * 20


def test_a_branch_that_is_not_taken_costs_nothing() -> None:
    assert passes(f"if (n < 0) {{ {HEAVY} }}") > 2 * passes(f"if (n >= 0) {{ {HEAVY} }}")


def test_a_longer_body_runs_less_often() -> None:
    assert passes("") > 2 * passes(HEAVY)
