"""Errors of one call, by whose fault they are.

A failure inside a call is a `CallError`: it skips the rest of the section, becomes
`context.LastError` and runs `on-error` (apim.md 7.5). Anything else that escapes the core is a bug
of ours and answers 500.
"""

from __future__ import annotations

from enum import Enum

import msgspec


class Fault(Enum):
    """Who has to act so that the error goes away."""

    CALLER = "caller"
    OPERATOR = "operator"
    UPSTREAM = "upstream"
    GATEWAY = "gateway"


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """Where in the policy documents a step stands; what `context.LastError` tells of it."""

    scope: str = ""
    """`global`, `product`, `api` or `operation`."""
    section: str = ""
    """`inbound`, `backend`, `outbound` or `on-error`."""
    path: str = ""
    """Nested position, e.g. `choose[3]/when[2]/set-header[1]`."""
    policy_id: str | None = None
    """The `id` attribute of the element, if it has one."""
    file: str = ""
    line: int = 0
    column: int = 0


class LastError(msgspec.Struct, kw_only=True):
    """`context.LastError` (apim.md 7.5)."""

    source: str
    reason: str
    message: str
    scope: str = ""
    section: str = ""
    path: str = ""
    policy_id: str | None = None


class CallError(Exception):
    """A failure of one call that its `on-error` section may handle.

    `status` is the HTTP status that the caller gets if nothing changes it, `source` the policy or
    built-in step (apim.md 7.5 tables; empty: the step that is running), `reason` the
    machine-readable code, `message` the text of the standard body, `headers` what the answer must
    carry (for instance Retry-After).
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        source: str,
        reason: str,
        fault: Fault = Fault.CALLER,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.source = source
        self.reason = reason
        self.fault = fault
        self.headers = headers
        self.detail = message
        """What `context.LastError.Message` says, where the caller is not told as much."""
        self.where: Where | None = None
        """The innermost step that was running; set once by the plan's runner."""

    def last_error(self) -> LastError:
        """Return what `context.LastError` tells of it."""
        where = self.where or Where()
        return LastError(
            source=self.source,
            reason=self.reason,
            message=self.detail,
            scope=where.scope,
            section=where.section,
            path=where.path,
            policy_id=where.policy_id,
        )


def internal_error(
    source: str, reason: str, *, detail: str, fault: Fault = Fault.OPERATOR
) -> CallError:
    """Return a 500 whose caller learns nothing; `detail` is for policies and logs."""
    error = CallError(500, "Internal server error", source=source, reason=reason, fault=fault)
    error.detail = detail
    return error
