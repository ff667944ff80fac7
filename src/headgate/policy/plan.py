"""What a policy document compiles to: four sections of steps.

A step without effects is a plain function of the context. Only a section that holds a step with
effects is driven as a generator (design: policy language; data plane: per-call costs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from headgate.csharp.errors import DotNetError
from headgate.model.context import Context
from headgate.model.errors import CallError, Where, internal_error
from headgate.model.messages import Response
from headgate.policy.effects import BodyFailed, ReadRequestBody, Steps
from headgate.policy.recording import keep_recorded
from headgate.policy.settling import absorb, gather_answer


class ResponseReturned(Exception):
    """`return-response` and its like: the answer in the context goes out as it is."""


class AnswerFound(ResponseReturned):
    """The answer in the context was found in a cache: what is left of inbound, and the backend, are
    skipped, and outbound runs (apim.md 4.1)."""


class Step:
    """One element of a document, ready to run.

    Exactly one of `apply` and `drive` is set. `needs_request_body` and `needs_response_body` say
    that the step reads a body, so the runner waits for it before the step.
    """

    __slots__ = (
        "apply",
        "drive",
        "needs_request_body",
        "needs_response_body",
        "preflight",
        "reads_within",
        "source",
        "where",
    )

    def __init__(
        self,
        source: str,
        where: Where,
        *,
        apply: Callable[[Context], None] | None = None,
        drive: Callable[[Context], Steps[None]] | None = None,
        reads: frozenset[str] = frozenset(),
        blocks: Iterable[Block] = (),
    ) -> None:
        assert (apply is None) != (drive is None), "a step either applies or drives"
        self.source = source
        self.where = where
        self.apply = apply
        self.drive = drive
        self.needs_request_body = "request.body" in reads
        self.needs_response_body = "response.body" in reads
        self.preflight: Callable[[Context], Response | None] | None = None
        """Answers a preflight, or leaves it to the next that can; None: it cannot."""
        self.reads_within = reads.union(*(block.reads for block in blocks))
        """What it reads, with all that stands in it."""

    @property
    def plain(self) -> bool:
        """Whether the step can run without the driver."""
        return self.apply is not None and not (self.needs_request_body or self.needs_response_body)


def blame(error: Exception, step: Step) -> CallError:
    """Return the error as a CallError that names the innermost step it came from."""
    if isinstance(error, DotNetError):
        detail = f"Expression evaluation failed. {error.message}"
        error = internal_error(step.source, "ExpressionValueEvaluationFailure", detail=detail)
    assert isinstance(error, CallError)
    if error.where is None:
        error.where = step.where
    # What is wrong with a message itself says only here which element came upon it.
    error.source = error.source or step.source
    return error


class Block:
    """A sequence of steps: a section, or the children of a control-flow element."""

    __slots__ = ("plain", "steps")

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self.steps = steps
        self.plain = all(step.plain for step in steps)

    @property
    def reads(self) -> frozenset[str]:
        """Return what the steps read, and those that stand in them."""
        return frozenset().union(*(step.reads_within for step in self.steps))

    def apply(self, context: Context) -> None:
        """Run the steps of a plain block. Raises CallError, ResponseReturned."""
        step = None
        try:
            for step in self.steps:
                step.apply(context)  # type: ignore[misc]  # plain blocks hold plain steps only
        except (CallError, DotNetError) as error:
            assert step is not None
            raise blame(error, step) from error

    def drive(self, context: Context) -> Steps[None]:
        """Run the steps, yielding effects. Raises CallError, ResponseReturned."""
        step = None
        try:
            for step in self.steps:
                if step.needs_request_body:
                    yield from await_request_body(context)
                if step.needs_response_body:
                    yield from await_response_body(context)
                if step.apply is not None:
                    step.apply(context)
                else:
                    assert step.drive is not None
                    yield from step.drive(context)
        except (CallError, DotNetError) as error:
            assert step is not None
            raise blame(error, step) from error


BODY_STATUS = {"too-large": 413, "peer-gone": 400, "timeout": 408, "malformed": 400}


def await_request_body(context: Context) -> Steps[None]:
    """Wait for the whole request body. Raises CallError when it cannot be had."""
    body = context.request.body
    if body is not None and not body.complete:
        failed = yield from ReadRequestBody()
        if isinstance(failed, BodyFailed):
            is_gone = failed.kind in ("peer-gone", "timeout")
            reason = "ClientConnectionFailure" if is_gone else "BodyNotRead"
            raise CallError(BODY_STATUS[failed.kind], failed.message, source="", reason=reason)


def await_response_body(context: Context) -> Steps[None]:
    """Wait for the whole answer body. Raises CallError when it cannot be had."""
    response = context.response
    if response is not None and response.body is not None and not response.body.complete:
        yield from gather_answer()
        yield from absorb(context)
        yield from keep_recorded(context)


class Plan:
    """The effective document of one operation, all scopes merged (apim.md 7.2)."""

    __slots__ = ("backend", "inbound", "on_error", "outbound", "preflights")

    def __init__(self, *, inbound: Block, backend: Block, outbound: Block, on_error: Block) -> None:
        self.inbound = inbound
        self.backend = backend
        self.outbound = outbound
        self.on_error = on_error
        self.preflights = tuple(step for step in inbound.steps if step.preflight is not None)

    def preflight(self, context: Context) -> Response | None:
        """Return the first answer to a preflight. Raises CallError."""
        for step in self.preflights:
            assert step.preflight is not None
            try:
                response = step.preflight(context)
            except (CallError, DotNetError) as error:
                raise blame(error, step) from error
            if response is not None:
                return response
        return None
