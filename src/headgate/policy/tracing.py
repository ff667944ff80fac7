"""What a traced call records: each element with its position, inputs, outcome and time.

Traces are made by plans that are compiled with the instrument `Tracing` (apim.md 10.2); the plans
that serve other calls know nothing of it. Keys and tokens are masked where they are recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from headgate.csharp.errors import DotNetError
from headgate.csharp.values import to_text
from headgate.model.clock import MonotonicMicros
from headgate.model.context import Context
from headgate.model.errors import CallError, Where
from headgate.model.facts import TraceEntry, TraceMessage
from headgate.policy.effects import Effect, Steps
from headgate.policy.lexis import is_expression
from headgate.policy.node import Node
from headgate.policy.plan import ResponseReturned, Step, blame
from headgate.policy.text import Text
from headgate.policy.value import Value

STEPS_MAX = 2000
"""Steps of one trace; a retry may run its children any number of times."""
TEXT_MAX = 1000
"""Characters of one input."""
TEXTS_MAX = 500_000
"""Characters of all inputs of a trace."""
MASK = "***"
SECRET_HEADERS = frozenset(
    (
        "apim-debug-authorization",
        "api-key",
        "authorization",
        "cookie",
        "ocp-apim-subscription-key",
        "proxy-authorization",
        "set-cookie",
        "x-api-key",
        "x-goog-api-key",
    )
)
SECRET_INPUTS = frozenset(("password",))
"""Attributes whose values no trace shows."""
TOKENS = re.compile(r"(?i:\b(bearer|basic)\s+)[\w.~+/=-]+|\beyJ[\w-]+\.[\w.-]+")
"""Tokens as they stand in texts: behind their scheme, or with the looks of a JWT."""
NAME = re.compile(r"`([^`]+)`")


class StepTrace(msgspec.Struct, kw_only=True):
    """One step of a traced call."""

    source: str
    where: Where
    began: int
    """Microseconds since the call began."""
    elapsed: int | None = None
    """Microseconds that it took, with all that ran in it; None: it has not ended."""
    inputs: list[tuple[str, str]] = []
    """What its attributes were, expressions by their results."""
    outcome: str = ""
    messages: list[str] = []
    """What it had to say: the entries of `trace` and `context.Trace`."""


class CallTrace:
    """The trace of one call, in `context.owners` and at last among its facts."""

    __slots__ = ("current", "reach", "room", "secrets", "started", "steps")

    def __init__(self, started: MonotonicMicros, secrets: Iterable[str]) -> None:
        self.started = started
        self.secrets = tuple(secret for secret in secrets if len(secret) > 3)
        # A secret that begins before the end of what is shown has to be seen whole to be known.
        self.reach = TEXT_MAX + max(map(len, self.secrets), default=0)
        self.steps: list[StepTrace] = []
        self.current: StepTrace | None = None
        self.room = TEXTS_MAX
        """Characters that inputs may still take."""

    def keep(self, secret: str) -> None:
        """Mask a text from now on; one that is very short would mask everything."""
        if len(secret) > 3:
            self.secrets = (*self.secrets, secret)
            self.reach = max(self.reach, TEXT_MAX + len(secret))

    def begin(self, context: Context, source: str, *, where: Where) -> StepTrace:
        """Note that a step runs; beyond the bound, nothing is kept of it."""
        began = context.clock.monotonic() - self.started
        step = StepTrace(source=source, where=where, began=began)
        if len(self.steps) < STEPS_MAX:
            self.steps.append(step)
        return step

    def note(self, name: str, value: Any) -> None:
        """Note an input of the step that runs."""
        if self.current is not None and self.room > 0:
            text = MASK if name in SECRET_INPUTS else self.shown(value)
            self.room -= len(text)
            self.current.inputs.append((name, text))

    def shown(self, value: Any) -> str:
        """Return a value as the trace shows it: without secrets, and not too long."""
        return cut(self.masked(shown(value, self.reach)))

    def masked(self, text: str) -> str:
        """Return a text without secrets."""
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return TOKENS.sub(lambda found: (found[1] + " " if found[1] else "") + MASK, text)


def keep_secret(context: Context, secret: str) -> None:
    """Have a secret masked that the call has just got, such as an access token."""
    trace: CallTrace | None = context.owners.get(CallTrace)
    if trace is not None:
        trace.keep(secret)


class Tracing:
    """The instrument that makes a plan record itself into the `CallTrace` of each call."""

    def step(self, step: Step, node: Node) -> Step:
        """Return a step that records what it does."""
        traced = TracedStep(step, node)
        if step.plain:
            recording = Step(step.source, step.where, apply=traced.apply)
        else:
            reads = own_reads(step)
            recording = Step(step.source, step.where, drive=traced.drive, reads=reads)
        recording.reads_within = step.reads_within
        return recording

    def value(self, value: Value[Any], text: Text, *, what: str) -> None:
        """Have an expression's results recorded."""
        of = value.of
        found = NAME.search(what)
        name = found[1] if found else what
        is_secret = bool(text.secret)

        def recorded(context: Context) -> Any:
            trace: CallTrace | None = context.owners.get(CallTrace)
            try:
                result = of(context)
            except DotNetError as error:
                if trace is not None:
                    trace.note(name, error)
                raise
            if trace is not None:
                trace.note(name, MASK if is_secret else result)
            return result

        value.of = recorded


class TracedStep:
    """A step with what is known of its inputs before it runs."""

    __slots__ = ("literals", "names_secret", "step")

    def __init__(self, step: Step, node: Node) -> None:
        self.step = step
        texts = [(name, attribute.text) for name, attribute in node.attributes.items()]
        texts += [(one.name, one.text) for one in (node, *node.children) if one.text is not None]
        self.literals = [
            (name, MASK if name in SECRET_INPUTS else cut(text.shown.strip()))
            for name, text in texts
            if not is_expression(text.value.strip())
        ]
        headers = [one for one in (node, *node.children) if one.name == "set-header"]
        names = (one.attributes["name"].text.value for one in headers if "name" in one.attributes)
        # Of a step with headers in it all values are masked, for it is not told which is whose.
        # So are they where only the call knows the name.
        self.names_secret = any(
            name.strip().lower() in SECRET_HEADERS or is_expression(name.strip()) for name in names
        )

    def apply(self, context: Context) -> None:
        """Run a plain step. Raises what it raises."""
        trace: CallTrace = context.owners[CallTrace]
        outer, entry, said = trace.current, self._begin(context, trace), len(context.facts)
        trace.current = entry
        try:
            assert self.step.apply is not None
            self.step.apply(context)
        except (CallError, DotNetError, ResponseReturned) as error:
            entry.outcome = self._failure(trace, error)
            raise
        finally:
            trace.current = outer
            self._end(context, trace, entry=entry, said=said)

    def drive(self, context: Context) -> Steps[None]:
        """Run a step that has effects, or needs a body. Raises what it raises."""
        trace: CallTrace = context.owners[CallTrace]
        entry, said = self._begin(context, trace), len(context.facts)
        try:
            if self.step.drive is None:
                assert self.step.apply is not None
                trace.current = entry
                self.step.apply(context)
            else:
                yield from attended(self.step.drive(context), trace, entry=entry)
        except (CallError, DotNetError, ResponseReturned) as error:
            entry.outcome = self._failure(trace, error)
            raise
        finally:
            self._end(context, trace, entry=entry, said=said)

    def _begin(self, context: Context, trace: CallTrace) -> StepTrace:
        entry = trace.begin(context, self.step.source, where=self.step.where)
        entry.inputs = list(self.literals)
        return entry

    def _end(self, context: Context, trace: CallTrace, *, entry: StepTrace, said: int) -> None:
        entry.elapsed = context.clock.monotonic() - trace.started - entry.began
        response = context.response
        if not entry.outcome and entry.source == "forward-request" and response is not None:
            where = context.base.host if context.backend is None and context.base else ""
            entry.inputs.append(("backend", context.backend.id if context.backend else where))
            entry.outcome = f"{response.status} {response.reason}"
        entry.outcome = entry.outcome or "done"
        if self.names_secret:
            entry.inputs = [
                (name, MASK if name == "value" else text) for name, text in entry.inputs
            ]
        for fact in context.facts[said:]:
            if isinstance(fact, TraceEntry | TraceMessage):
                entry.messages.append(trace.shown(fact.message))

    def _failure(self, trace: CallTrace, error: Exception) -> str:
        if isinstance(error, ResponseReturned):
            return "answered"
        found = blame(error, self.step)
        return trace.shown(f"{found.status} {found.reason}: {found.detail}")


def attended(steps: Steps[None], trace: CallTrace, *, entry: StepTrace) -> Steps[None]:
    """Drive a step so that what is noted meanwhile is noted with it, whoever runs beside it."""
    reply: Any = None
    thrown: CallError | None = None
    try:
        while True:
            outer, trace.current = trace.current, entry
            try:
                effect: Effect[Any] = steps.send(reply) if thrown is None else steps.throw(thrown)
            except StopIteration:
                return
            finally:
                trace.current = outer
            thrown = None
            try:
                reply = yield effect
            except CallError as error:
                thrown = error
    finally:
        steps.close()


def own_reads(step: Step) -> frozenset[str]:
    """Return what a step itself reads."""
    reads = {"request.body": step.needs_request_body, "response.body": step.needs_response_body}
    return frozenset(name for name, needed in reads.items() if needed)


def shown(value: Any, at_most: int) -> str:
    """Return a value as a text of so many characters, and one more where there are more."""
    if isinstance(value, bytes):
        text = value[: 4 * at_most + 4].decode("utf-8", "replace")
    elif value is None:
        text = "null"
    elif isinstance(value, DotNetError):
        text = str(value)
    else:
        text = to_text(value)
    return text[: at_most + 1]


def cut(text: str) -> str:
    """Return the part of a text that a trace shows."""
    return text if len(text) <= TEXT_MAX else f"{text[:TEXT_MAX]}…"
