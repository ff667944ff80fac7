"""One upstream connection without a socket: what reads amount to."""

from __future__ import annotations

import pytest

from tests.unit.upstream.conftest import Line

HEAD = b"HTTP/1.1 200 OK\r\n"
OK = HEAD + b"Content-Length: 2\r\n\r\nok"


def test_whole_answer_in_one_read_is_complete_and_the_connection_returned(line: Line) -> None:
    line.read(OK)
    (answer,) = line.receiver.answers
    assert (answer.status, answer.reason) == (200, "OK")
    assert answer.headers.items == [(b"content-length", b"Content-Length", b"2")]
    assert answer.body is not None
    assert (answer.body.content, answer.body.complete) == (b"ok", True)
    assert line.pool.returned == [line.connection]
    assert line.attempt.connection is None
    assert line.receiver.ends == 0


@pytest.mark.parametrize("cut", range(1, len(OK)))
def test_answer_in_two_reads_is_the_same_answer(cut: int) -> None:
    line = Line()
    line.read(OK[:cut], OK[cut:])
    (answer,) = line.receiver.answers
    assert answer.body is not None
    assert answer.body.content + b"".join(line.receiver.chunks) == b"ok"
    assert answer.body.complete or line.receiver.ends == 1
    assert line.pool.returned == [line.connection]


def test_chunks_of_one_read_are_reported_as_one(line: Line) -> None:
    line.read(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    line.read(b"1\r\na\r\n2\r\nbc\r\n", b"1\r\nd\r\n0\r\n\r\n")
    assert line.receiver.chunks == [b"abc", b"d"]
    assert line.receiver.ends == 1


@pytest.mark.parametrize(
    ("bodiless", "head"),
    [
        (True, HEAD + b"Content-Length: 9\r\n\r\n"),
        (True, HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
        (False, b"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n"),
        (False, b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"),
    ],
)
def test_answers_without_a_body_leave_the_connection_usable(bodiless: bool, head: bytes) -> None:
    line = Line(bodiless=bodiless)
    line.read(head)
    assert line.receiver.answers[0].body is None
    assert line.pool.returned == [line.connection]
    line.carry()
    line.read(OK)
    assert line.receiver.answers[1].status == 200


def test_body_behind_an_answer_without_one_closes_the_connection() -> None:
    line = Line(bodiless=True)
    line.read(HEAD + b"Content-Length: 2\r\n\r\nok")
    assert line.receiver.answers[0].body is None
    assert line.pool.returned == []
    assert line.transport.closed


def test_second_answer_in_one_read_is_not_delivered_and_closes(line: Line) -> None:
    line.read(OK + OK)
    assert len(line.receiver.answers) == 1
    assert line.transport.closed


def test_bytes_without_a_request_close(line: Line) -> None:
    line.read(OK, OK)
    assert len(line.receiver.answers) == 1
    assert line.transport.closed


def test_interim_answers_are_swallowed(line: Line) -> None:
    line.read(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Hints\r\nLink: a\r\n\r\n" + OK)
    (answer,) = line.receiver.answers
    assert [name for name, _, _ in answer.headers.items] == [b"content-length"]


def test_endless_interim_answers_are_bounded(line: Line) -> None:
    line.read(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 41)
    assert line.receiver.failures[0].kind == "malformed"


@pytest.mark.parametrize(("filler", "failures"), [(0, 0), (1, 1)])
def test_unfinished_head_is_bounded(line: Line, filler: int, failures: int) -> None:
    line.read((HEAD + b"A: ").ljust(1000, b"a") + b"a" * filler)
    assert len(line.receiver.failures) == failures


@pytest.mark.parametrize(("count", "failures"), [(2, 0), (3, 1)])
def test_number_of_headers_is_bounded(line: Line, count: int, failures: int) -> None:
    line.read(HEAD + b"A: b\r\n" * count + b"Content-Length: 0\r\n\r\n")
    assert len(line.receiver.failures) == failures
    assert len(line.receiver.answers) == 1 - failures


def test_trailers_are_dropped_and_bounded(line: Line) -> None:
    line.read(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nT: 1\r\n", b"\r\n")
    assert [name for name, _, _ in line.receiver.answers[0].headers.items] == [b"transfer-encoding"]
    assert line.receiver.ends == 1
    line.carry()
    line.read(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\nT: ", b"a" * 1001)
    assert line.receiver.failures[0].kind == "malformed"


def test_answer_without_framing_ends_with_the_connection(line: Line) -> None:
    line.read(HEAD + b"\r\nabc")
    assert line.receiver.ends == 0
    line.connection.eof_received()
    line.connection.connection_lost(None)
    assert (line.receiver.ends, line.receiver.failures) == (1, [])
    assert line.pool.returned == []


@pytest.mark.parametrize(
    "head",
    [b"Connection: close\r\nContent-Length: 2\r\n\r\nok", b"Content-Length: 5\r\n\r\nok"],
)
def test_closed_connections_are_not_returned(line: Line, head: bytes) -> None:
    line.read(HEAD + head)
    assert line.pool.returned == []


def test_framed_answer_that_breaks_off_fails(line: Line) -> None:
    line.read(HEAD + b"Content-Length: 5\r\n\r\nok")
    line.connection.eof_received()
    line.connection.connection_lost(None)
    assert [failed.kind for failed in line.receiver.failures] == ["broken"]
    assert line.receiver.ends == 0


def test_connection_is_not_reused_while_its_request_is_unfinished(line: Line) -> None:
    line.attempt.finished = False
    line.read(OK)
    assert line.receiver.answers[0].status == 200
    assert line.pool.returned == []
    assert line.transport.closed


def test_reused_connection_that_was_closing_is_replaced(line: Line) -> None:
    line.read(OK)
    attempt = line.carry()
    line.connection.connection_lost(ConnectionResetError())
    assert line.pool.dialled == [attempt]
    assert attempt.kept == [b"request"]
    assert line.receiver.failures == []


@pytest.mark.parametrize("why", ["fresh", "answered", "late", "not kept"])
def test_other_connections_that_close_fail_the_attempt(line: Line, why: str) -> None:
    if why != "fresh":
        line.read(OK)
        line.carry()
    if why == "answered":
        line.read(b"HTTP/1.1 1")
    if why == "late":
        line.pool.time += line.pool.timeouts.stale
    if why == "not kept":
        line.attempt.kept = None
    line.connection.connection_lost(None)
    assert line.pool.dialled == []
    assert [failed.kind for failed in line.receiver.failures] == ["broken"]
    assert line.pool.forgotten == [line.connection]


def test_back_pressure_goes_both_ways(line: Line) -> None:
    seen = []
    for signal in (line.connection.pause_writing, line.connection.resume_writing):
        signal()
        seen.append(line.attempt.ready)
    assert seen == [False, True]
    assert line.receiver.ready == 1
    line.attempt.pause_answer()
    seen = [line.transport.reading]
    line.attempt.resume_answer()
    assert [*seen, line.transport.reading] == [False, True]


def test_abandoned_attempt_hears_no_more(line: Line) -> None:
    line.read(HEAD + b"Content-Length: 5\r\n\r\nok")
    line.attempt.abandon()
    assert line.transport.closed
    line.connection.connection_lost(None)
    assert line.receiver.failures == []
