"""A streamed answer that passes only as far as somebody has looked at it (apim.md 5)."""

from __future__ import annotations

import logging
from typing import Protocol

from headgate.exchange.call import Call
from headgate.gateway.performer import Branch
from headgate.gateway.plane import Plane
from headgate.policy.screening import ScreeningTap

log = logging.getLogger("headgate.gateway")


class Passage(Protocol):
    """The driver of the answer."""

    plane: Plane
    call: Call

    def pass_on(self, content: bytes) -> None:
        """Write a part of the answer."""
        ...

    def pass_last(self, content: bytes) -> None:
        """Write the last part; no more of the answer is wanted."""
        ...

    def hold_up(self) -> None:
        """Stop reading the answer for now."""
        ...

    def go_on(self) -> None:
        """Read on if the client does."""
        ...

    def crash(self, error: BaseException) -> None:
        """End the call."""
        ...


class Clearance:
    """Runs what a tap wants done, one thing at a time, and passes on what it returns."""

    __slots__ = ("branch", "counted", "final", "tap", "whole")

    def __init__(self, passage: Passage, tap: ScreeningTap) -> None:
        self.whole = passage
        self.tap = tap
        self.branch: Branch | None = None
        self.final = False
        """Whether all of the answer has come."""
        self.counted = 0

    def look(self, *, final: bool = False) -> None:
        """Begin what has to be done now; more of the answer has come, or its end."""
        self.final = self.final or final
        self._count()
        if self.branch is None:
            steps = self.tap.check(final=self.final)
            if steps is not None:
                self.branch = Branch(self, steps)
                self.branch.advance(None)
                return
            if self.final:
                self.whole.pass_last(b"")
        elif self.tap.held > self.whole.plane.bounds.window:
            self.whole.hold_up()

    def on_branch_done(self) -> None:
        """Pass on what has been cleared, and go on."""
        branch, self.branch = self.branch, None
        assert branch is not None
        if self.tap.ended:
            if self.tap.error is not None:
                request_id = self.whole.call.context.request_id
                log.warning(
                    "call %s: its answer is not passed on: %s", request_id, self.tap.error.detail
                )
            self.whole.pass_last(b"")
            return
        self.whole.pass_on(branch.result)
        if not self.final:
            self.whole.go_on()
        self.look()

    def close(self) -> None:
        """Stop; the call is ending."""
        branch, self.branch = self.branch, None
        if branch is not None:
            branch.close()
        self.whole.plane.budget.held -= self.counted
        self.counted = 0

    def _count(self) -> None:
        """Count what is held among what the gateway holds."""
        held = self.tap.held
        self.whole.plane.budget.held += held - self.counted
        self.counted = held
