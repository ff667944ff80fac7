from __future__ import annotations

from collections.abc import Iterator

import pytest

from headgate.model.context import Context
from headgate.model.messages import Body, Headers, Response
from headgate.policy.answer_headers import put_on_answer
from headgate.policy.effects import Steps
from headgate.policy.recording import ANSWER_MAX, Recorder, keep_recorded, record
from headgate.testing.playbook import make_context, make_response

Kept = list[Response]


class Shout:
    """A follower that changes what passes, and holds back its last word."""

    ended = False

    def feed(self, chunk: bytes) -> bytes:
        return chunk.upper()

    def finish(self) -> bytes:
        return b"!"


@pytest.fixture
def kept() -> Kept:
    return []


def recorded(context: Context, kept: Kept) -> Recorder | None:
    """Record the answer of a context; return its recorder if it is still on its way."""

    def keep(answer: Response) -> Steps[None]:
        kept.append(answer)
        yield from ()

    drain(record(context, keep))
    found: Recorder | None = context.owners.get(Recorder)
    return found


def drain(steps: Steps[None]) -> None:
    assert list(steps) == []


def on_its_way(**headers: str) -> Context:
    response = Response(200, "OK", Headers.of(*headers.items()), Body(complete=False))
    return make_context(response=response)


def content_of(kept: Kept) -> bytes | None:
    (answer,) = kept
    return None if answer.body is None else answer.body.content


def passed(recorder: Recorder | None, *chunks: bytes) -> Iterator[bytes]:
    assert recorder is not None
    for chunk in chunks:
        yield recorder.feed(chunk)
    yield recorder.finish()


def test_answer_that_is_here_is_kept_at_once(kept: Kept) -> None:
    context = make_context(response=make_response(201, b"body", headers={"a": "1"}))
    assert recorded(context, kept) is None
    (answer,) = kept
    assert (answer.status, list(answer.headers), content_of(kept)) == (201, [("a", "1")], b"body")
    assert context.response is not None
    context.response.headers.set("a", "2")
    assert list(answer.headers) == [("a", "1")]


def test_answer_without_a_body_is_kept(kept: Kept) -> None:
    recorded(make_context(response=Response(204, "", Headers(), None)), kept)
    assert content_of(kept) == b""


def test_nothing_is_kept_of_a_call_without_an_answer(kept: Kept) -> None:
    assert recorded(make_context(), kept) is None
    assert kept == []


@pytest.mark.parametrize(("size", "count"), [(ANSWER_MAX, 1), (ANSWER_MAX + 1, 0)])
def test_answer_that_is_here_is_kept_up_to_the_bound(kept: Kept, size: int, count: int) -> None:
    recorded(make_context(response=make_response(200, b"x" * size)), kept)
    assert len(kept) == count


def test_headers_of_one_client_and_one_transfer_are_not_kept(kept: Kept) -> None:
    headers = {"Set-Cookie": "a=1", "Content-Length": "1", "Connection": "x", "Remaining": "1"}
    context = make_context(response=make_response(200, b"", headers=headers | {"a": "1"}))
    put_on_answer(context, "remaining", value="1")
    recorded(context, kept)
    assert list(kept[0].headers) == [("a", "1")]


def test_answer_on_its_way_passes_and_is_kept_when_it_has_ended(kept: Kept) -> None:
    context = on_its_way(a="1")
    recorder = recorded(context, kept)
    assert list(passed(recorder, b"one ", b"two")) == [b"one ", b"two", b""]
    assert kept == []
    drain(keep_recorded(context))
    assert content_of(kept) == b"one two"
    drain(keep_recorded(context))
    assert len(kept) == 1


def test_what_another_follower_makes_of_it_is_kept(kept: Kept) -> None:
    context = on_its_way()
    recorder = recorded(context, kept)
    assert recorder is not None
    assert list(passed(recorder.behind(Shout()), b"hi")) == [b"HI", b"!"]
    drain(keep_recorded(context))
    assert content_of(kept) == b"HI!"


def test_recorder_ends_when_the_other_follower_does() -> None:
    recorder = recorded(on_its_way(), [])
    assert recorder is not None
    follower = Shout()
    assert not recorder.ended
    assert not recorder.behind(follower).ended
    follower.ended = True
    assert recorder.ended


def test_answer_that_breaks_off_is_not_kept(kept: Kept) -> None:
    context = on_its_way()
    recorder = recorded(context, kept)
    assert recorder is not None
    recorder.feed(b"one")
    drain(keep_recorded(context))
    assert kept == []


@pytest.mark.parametrize(("more", "count"), [(0, 1), (1, 0)])
def test_answer_on_its_way_is_kept_up_to_the_bound(kept: Kept, more: int, count: int) -> None:
    context = on_its_way()
    recorder = recorded(context, kept)
    list(passed(recorder, b"x" * ANSWER_MAX, b"x" * more, b""))
    drain(keep_recorded(context))
    assert len(kept) == count


@pytest.mark.parametrize(("length", "follows"), [(ANSWER_MAX, True), (ANSWER_MAX + 1, False)])
def test_answer_that_says_how_long_it_is(length: int, follows: bool) -> None:
    context = on_its_way(**{"Content-Length": str(length)})
    assert (recorded(context, []) is not None) == follows


def test_body_that_a_policy_waited_for_is_kept_as_it_came(kept: Kept) -> None:
    context = on_its_way()
    recorder = recorded(context, kept)
    assert recorder is not None
    assert recorder.body is not None
    recorder.body.content, recorder.body.complete = b"came", True
    drain(keep_recorded(context))
    assert content_of(kept) == b"came"


def test_body_that_a_policy_replaced_is_not_kept(kept: Kept) -> None:
    context = on_its_way()
    recorder = recorded(context, kept)
    assert recorder is not None
    assert recorder.body is not None
    recorder.body.replace(b"other")
    drain(keep_recorded(context))
    assert kept == []
