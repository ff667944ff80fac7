"""What the tests of expressions share: a call, and `run`, which evaluates an expression for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.expression import CompiledExpression, compile_expression
from headgate.model.clock import Micros, MonotonicMicros
from headgate.model.context import Context
from headgate.model.entities import (
    Api,
    Deployment,
    Group,
    Operation,
    Product,
    Subscription,
    User,
    UserIdentity,
)
from headgate.model.errors import LastError
from headgate.model.messages import Body, Headers, Request, Response, Url


class StandingClock:
    """2024-06-01 12:30:45.123456 UTC; a quarter of a second after the call came in."""

    def __init__(self) -> None:
        self.asked = 0

    def now(self) -> Micros:
        return Micros(1_717_245_045_123_456)

    def monotonic(self) -> MonotonicMicros:
        self.asked += 1
        return MonotonicMicros(0 if self.asked == 1 else 250_000)


class FixedEntropy:
    """Random bits that are always the same."""

    def getrandbits(self, k: int, /) -> int:
        return 0x0123456789ABCDEF0123456789ABCDEF & ((1 << k) - 1)


@pytest.fixture
def context() -> Context:
    """Return a call with something in every part."""
    request = Request(
        "POST",
        Url.parse("https://gw.example:8443/openai/chat?api-version=1&tag=a&tag=b"),
        Headers.of(("X-Tenant", "contoso"), ("Accept", "a"), ("Accept", "b")),
        Body(b'{"model": "gpt-4o", "n": 3, "text": null}'),
        "203.0.113.7",
    )
    request.matched_parameters = {"deployment-id": "gpt-4o"}
    call = Context(
        request,
        clock=StandingClock(),
        request_id="11111111-2222-3333-4444-555555555555",
        deployment=Deployment(region="West Europe"),
        entropy=FixedEntropy(),
    )
    call.response = Response(200, "OK", Headers.of(("Retry-After", "10")), Body(b"[1, 2]"))
    call.api = Api(id="a", name="A", path="p", service_url="https://b.example/x")
    call.operation = Operation(id="o", name="O", method="POST", url_template="/chat")
    call.product = Product(id="p", name="P")
    call.user = User(
        id="u",
        email="u@example.com",
        groups=(Group(id="developers", name="Developers"),),
        identities=(UserIdentity(id="u-1", provider="Basic"),),
        registration_date="2023-05-06T07:08:09Z",
    )
    call.subscription = Subscription(
        id="s", name="S", scope="all", primary_key="k", created_date="2024-01-02T03:04:05Z"
    )
    call.last_error = LastError(source="rate-limit", reason="RateLimitExceeded", message="m")
    call.variables = {"number": 5, "text": "t", "flag": True}
    return call


Compile = Callable[[str], CompiledExpression]
Run = Callable[[str], Any]


@pytest.fixture
def compiled() -> Compile:
    """Return a function that compiles an expression which has to be right."""

    def compile_one(source: str) -> CompiledExpression:
        found, diagnostics = compile_expression(source)
        assert found is not None, [str(one) for one in diagnostics]
        return found

    return compile_one


@pytest.fixture
def run(context: Context, compiled: Compile) -> Run:
    """Return a function that evaluates an expression; an exception gives its .NET name."""

    def evaluate(source: str) -> Any:
        try:
            return compiled(source).evaluate(context)
        except DotNetError as error:
            return error.type_name

    return evaluate


@pytest.fixture
def code() -> Callable[[str], str]:
    """Return a function that gives the code of the diagnostic of a wrong expression."""

    def first(source: str) -> str:
        found, diagnostics = compile_expression(source)
        assert found is None
        return diagnostics[0].code

    return first


@pytest.fixture
def place() -> Callable[[str], tuple[str, int, int]]:
    """Return a function that gives code, line and column of what is wrong with an expression."""

    def first(source: str) -> tuple[str, int, int]:
        found, diagnostics = compile_expression(source)
        assert found is None
        return diagnostics[0].code, diagnostics[0].line, diagnostics[0].column

    return first


@pytest.fixture
def thrown() -> Callable[..., str]:
    """Return a function that calls another and gives the .NET name of what it raises."""

    def call(function: Callable[..., object], *arguments: object) -> str:
        with pytest.raises(DotNetError) as caught:
            function(*arguments)
        return caught.value.type_name

    return call
