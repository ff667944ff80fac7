"""Elements tested by a script of expected effects and replies: no socket, no driver.

    element = compile_element('<forward-request timeout="3" />', section="backend")
    context = make_context("POST", "https://api.example/v1/chat")
    Playbook(element, context).expect(Forward(3 * SECOND), None).run()

A plain element has no effects: `Playbook(element, context).run()`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from difflib import ndiff
from typing import Any, TypeVar

import msgspec

from headgate.csharp.values import to_text
from headgate.model.context import Context
from headgate.model.entities import Deployment, PolicySource
from headgate.model.messages import Body, Headers, Request, Response, Url
from headgate.policy.compile import compile_document
from headgate.policy.effects import Effect
from headgate.policy.elements import discover
from headgate.policy.metering import TokenTerms
from headgate.policy.plan import Block, Step
from headgate.policy.surroundings import Surroundings
from headgate.testing.virtual_clock import VirtualClock

R = TypeVar("R")

FILE = "policy.xml"

Expected = Effect[Any] | type[Effect[Any]]
"""An effect, or a class that stands for any effect of it."""


def make_context(
    method: str = "GET",
    url: str = "https://gateway.example/things",
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    variables: Mapping[str, Any] | None = None,
    response: Response | None = None,
) -> Context:
    """Return the context of a call whose request body has arrived whole."""
    request = Request(
        method,
        Url.parse(url),
        Headers.of(*(headers or {}).items()),
        None if body is None else Body(body),
        "203.0.113.7",
    )
    context = Context(
        request,
        clock=VirtualClock(),
        request_id="4c0d3f0e-6f0e-4a53-9d9e-3b2c55d1f001",
        deployment=Deployment(),
        entropy=random.Random(1),
    )
    context.variables.update(variables or {})
    context.response = response
    context.owners[TokenTerms] = TokenTerms()
    return context


def make_response(
    status: int = 200, body: bytes = b"", *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an answer whose body has arrived whole."""
    return Response(status, "OK", Headers.of(*(headers or {}).items()), Body(body))


def compile_element(
    xml: str, *, section: str = "inbound", surroundings: Surroundings | None = None
) -> Step:
    """Return the step of one element. Fails the test with the diagnostics if it has any."""
    source = PolicySource(file=FILE, text=f"<policies><{section}>{xml}</{section}></policies>")
    surroundings = surroundings or Surroundings(registry=discover())
    document, found = compile_document(source, scope="api", surroundings=surroundings)
    assert document is not None, "\n".join(map(str, found))
    (step,) = document.sections[section]
    assert isinstance(step, Step)
    return step


def diagnose(xml: str, *, section: str = "inbound") -> list[str]:
    """Return the codes of what is wrong with elements in a section, in the order of the text."""
    source = PolicySource(file=FILE, text=f"<policies><{section}>{xml}</{section}></policies>")
    surroundings = Surroundings(registry=discover())
    return [d.code for d in compile_document(source, scope="api", surroundings=surroundings)[1]]


class Playbook:
    """Runs one step against a script; what is asked and what was expected has to be the same."""

    def __init__(self, step: Step, context: Context) -> None:
        self.block = Block((step,))
        self.context = context
        self.script: list[tuple[Expected, Any]] = []

    def expect(self, effect: Effect[R] | type[Effect[R]], reply: R) -> Playbook:
        """Expect an effect and answer it. A class stands for any effect of it."""
        self.script.append((effect, reply))
        return self

    def run(self) -> None:
        """Run the step to its end. Raises what it raises, CallError and ResponseReturned."""
        asked: list[Effect[Any]] = []
        try:
            if self.block.plain:
                self.block.apply(self.context)
            else:
                self._drive(asked)
        finally:
            self._compare(asked, self.script)

    def _drive(self, asked: list[Effect[Any]]) -> None:
        steps = self.block.drive(self.context)
        reply = None
        try:
            while True:
                asked.append(steps.send(reply))
                self._compare(asked, self.script[: len(asked)])
                reply = self.script[len(asked) - 1][1]
        except StopIteration:
            return

    def _compare(self, asked: list[Effect[Any]], script: list[tuple[Expected, Any]]) -> None:
        found = [describe(effect) for effect in asked]
        wanted = [describe(effect) for effect, _ in script]
        for index, ((effect, _), actual) in enumerate(zip(script, asked, strict=False)):
            if isinstance(effect, type) and isinstance(actual, effect):
                wanted[index] = found[index]
        if wanted != found:
            raise AssertionError("\n".join(["effects differ:", *ndiff(wanted, found)]))


def describe(value: Any) -> str:
    """Return an effect, or a value in one, as a line of text that tells all of it."""
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, Effect):
        slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
        fields = ", ".join(f"{name}={describe(getattr(value, name))}" for name in sorted(slots))
        return f"{type(value).__name__}({fields})"
    if isinstance(value, msgspec.Struct):
        parts = (f"{name}={describe(getattr(value, name))}" for name in value.__struct_fields__)
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, Url):
        return to_text(value)
    if isinstance(value, Headers):
        return repr(list(value))
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(describe, value))}]"
    return repr(value)
