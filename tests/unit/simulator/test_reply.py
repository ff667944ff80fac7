from __future__ import annotations

from headgate.simulator.reply import Ending, document, event, stream


def test_document_is_one_step_of_known_length() -> None:
    reply = document(b"{}", [("a", "b")], status=404, tokens=3)
    assert (reply.status, reply.length, list(reply.steps)) == (404, 2, [(b"{}", 3)])
    assert reply.headers == [("content-type", "application/json"), ("a", "b")]
    assert reply.ending is Ending.WHOLE


def test_stream_has_no_length() -> None:
    reply = stream(iter([(b"data: 1\n\n", 1)]), token_steps=1)
    assert (reply.status, reply.length, reply.token_steps) == (200, None, 1)
    assert ("content-type", "text/event-stream; charset=utf-8") in reply.headers


def test_replies_do_not_share_headers() -> None:
    shared = [("a", "b")]
    document(b"", shared).headers.append(("c", "d"))
    assert shared == [("a", "b")]


def test_kind_of_document_and_stream_can_be_told() -> None:
    assert document(b"", media_type="text/plain").headers == [("content-type", "text/plain")]
    assert stream(iter(()), token_steps=0, media_type="a/b").headers[0][1] == "a/b"


def test_event_has_a_name_and_data() -> None:
    assert event("ping", b"{}") == b"event: ping\ndata: {}\n\n"
