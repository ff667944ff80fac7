"""What is kept of a request until its answer begins."""

from __future__ import annotations

from headgate.upstream.attempt import Attempt
from tests.unit.upstream.conftest import ORIGIN, Line, Recorder


def test_what_is_written_before_there_is_a_connection_waits(recorder: Recorder) -> None:
    attempt = Attempt(ORIGIN, recorder, bodiless=False, keep_max=3)
    attempt.write(b"head", last=False)
    attempt.write(b"body", last=True)
    assert (attempt.kept, attempt.finished, attempt.ready) == ([b"head", b"body"], True, False)


def test_streamed_request_is_kept_up_to_its_bound(line: Line) -> None:
    attempt = line.attempt
    attempt.write(b"x" * 93, last=False)
    assert sum(map(len, attempt.kept or ())) == 100
    attempt.write(b"y", last=False)
    assert not attempt.kept
    assert line.transport.written[-1] == b"y"


def test_attempt_that_is_attached_again_sends_everything_again(line: Line) -> None:
    line.attempt.write(b"more", last=False)
    line.transport.written.clear()
    line.attempt.attach(line.connection)
    assert line.transport.written == [b"request", b"more"]


def test_detached_attempt_ignores_pauses(recorder: Recorder) -> None:
    attempt = Attempt(ORIGIN, recorder, bodiless=False, keep_max=3)
    attempt.pause_answer()
    attempt.resume_answer()
    attempt.abandon()
    assert (attempt.connection, attempt.ready) == (None, False)
