"""A request body on its way."""

from __future__ import annotations

import pytest

from headgate.gateway.inbound import Inbound
from headgate.gateway.upload import Upload
from headgate.model.messages import Body
from headgate.upstream.attempt import Attempt, Origin
from headgate.upstream.bounds import Bounds
from tests.unit.gateway.conftest import Bench, Wire


class Case:
    """An upload to an attempt."""

    def __init__(self, *, length: int | None = None, buffered: int = 100) -> None:
        self.bench = Bench(Bounds(body_buffered=buffered, window=10))
        self.inbound = Inbound()
        self.inbound.length = length
        self.upload = Upload(self.bench.plane, self.inbound)
        self.wire = Wire()
        self.attempt = Attempt(Origin("http", "a", 80), self.bench, bodiless=False, keep_max=0)  # type: ignore[arg-type]  # hears nothing
        self.attempt.attach(self.wire)

    def receive(self, data: bytes, *, last: bool = False) -> None:
        """Let bytes come."""
        self.bench.receive(self.inbound, data, last=last)


def test_length_framing_is_passed_as_it_is() -> None:
    case = Case(length=4)
    case.upload.begin_stream(keep=False)
    case.receive(b"ab")
    assert case.upload.pump(case.attempt)
    case.receive(b"cd", last=True)
    case.upload.pump(case.attempt)
    assert case.wire.written == [b"ab", b"cd"]
    assert case.attempt.finished
    assert case.upload.spent
    assert case.bench.plane.budget.held == 0


@pytest.mark.parametrize("together", [True, False])
def test_unknown_length_is_chunked(*, together: bool) -> None:
    case = Case()
    case.upload.begin_stream(keep=False)
    case.receive(b"ab", last=together)
    case.upload.pump(case.attempt)
    case.inbound.complete = True
    case.upload.pump(case.attempt)
    assert b"".join(case.wire.written) == b"2\r\nab\r\n0\r\n\r\n"
    assert not case.upload.pump(case.attempt)


def test_nothing_passes_while_the_upstream_is_full() -> None:
    case = Case(length=4)
    case.attempt.ready = False
    case.receive(b"ab")
    assert not case.upload.pump(case.attempt)
    assert case.wire.written == []


def test_kept_body_can_be_rewound_and_filled() -> None:
    case = Case(length=4)
    case.upload.begin_stream(keep=True)
    case.receive(b"ab")
    case.upload.pump(case.attempt)
    case.receive(b"cd", last=True)
    case.upload.rewind()
    body = Body(complete=False)
    case.upload.fill(body)
    assert (body.content, body.complete, case.upload.spent) == (b"abcd", True, False)
    assert case.bench.plane.budget.held == 4


@pytest.mark.parametrize(("size", "spent"), [(4, False), (5, True)])
def test_no_more_is_kept_than_may_be_buffered(size: int, *, spent: bool) -> None:
    case = Case(length=9, buffered=4)
    case.upload.begin_stream(keep=True)
    for _ in range(size):
        case.receive(b"x")
        case.upload.pump(case.attempt)
    assert case.upload.spent is spent
    assert case.bench.plane.budget.held == (0 if spent else 4)


def test_window_bounds_what_waits() -> None:
    case = Case()
    case.receive(b"x" * 10)
    assert not case.upload.over_window
    case.receive(b"x")
    assert case.upload.over_window
