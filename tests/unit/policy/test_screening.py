from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from headgate.model.context import Context
from headgate.model.entities import Backend
from headgate.model.errors import CallError
from headgate.model.messages import Body, Headers, Response
from headgate.policy import screening as module
from headgate.policy.content_safety import Screen
from headgate.policy.effects import ReadResponseBody, Send, Steps
from headgate.policy.recording import Recorder
from headgate.policy.screening import Screening, ScreeningTap, screen_completion, screened
from headgate.testing.playbook import make_context
from headgate.tokens.registry import dialect_for

DIALECT = dialect_for("/v1/chat/completions")
EVIL = "evil"


def screen(**options: Any) -> Screen:
    backend = Backend(id="s", url="https://s.example")
    return Screen(backend=backend, thresholds={"Hate": 1}, **options)


def event(text: str | None) -> bytes:
    delta = {"role": "assistant"} if text is None else {"content": text}
    return b"data: %s\n\n" % json.dumps({"choices": [{"index": 0, "delta": delta}]}).encode()


class Service:
    """Answers that texts with `evil` in them are severe; remembers all texts."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def run(self, steps: Steps[Any], response: Response | None = None) -> Any:
        reply: Any = None
        try:
            while True:
                effect = steps.send(reply)
                if isinstance(effect, ReadResponseBody):
                    assert response is not None
                    assert response.body is not None
                    response.body.complete = True
                    reply = None
                    continue
                assert isinstance(effect, Send)
                assert effect.request.body is not None
                text = json.loads(effect.request.body)["text"]
                self.seen.append(text)
                listed = [{"category": "Hate", "severity": int(EVIL in text)}]
                content = json.dumps({"categoriesAnalysis": listed}).encode()
                status = 500 if "broken" in text else 200
                reply = Response(status, "OK", Headers(), Body(content))
        except StopIteration as end:
            return end.value


def tap_of(*screens: Screen, inner: Any = None) -> ScreeningTap:
    screening = Screening(DIALECT)
    screening.screens.extend(screens)
    return ScreeningTap(screening, inner)


def clear(service: Service, tap: ScreeningTap, *, final: bool = False) -> bytes:
    steps = tap.check(final=final)
    return b"" if steps is None else bytes(service.run(steps))


def test_events_without_text_pass_at_once() -> None:
    tap = tap_of(screen())
    assert tap.feed(event(None)) == event(None)
    assert tap.held == 0


def test_text_waits_until_its_window_is_full() -> None:
    service, tap = Service(), tap_of(screen(window=6))
    assert tap.feed(event("abc")) == b""
    assert tap.feed(event(None)) == b""
    assert clear(service, tap) == b""
    assert tap.feed(event("def")) == b""
    assert clear(service, tap) == event("abc") + event(None) + event("def")
    assert service.seen == ["abcdef"]


def test_end_of_the_stream_fills_the_window() -> None:
    service, tap = Service(), tap_of(screen())
    tap.feed(event("abc") + b"data: [DO")
    assert clear(service, tap) == b""
    tap.feed(b"NE]\n")
    assert clear(service, tap, final=True) == event("abc") + b"data: [DONE]\n"
    assert clear(service, tap, final=True) == b""
    assert (service.seen, tap.held, tap.ended) == (["abc"], 0, False)


def test_windows_overlap() -> None:
    service, tap = Service(), tap_of(screen(window=4, overlap=2))
    tap.feed(event("abcd"))
    clear(service, tap)
    tap.feed(event("ef"))
    clear(service, tap, final=True)
    assert service.seen == ["abcd", "cdef"]


def test_stream_that_may_not_pass_ends() -> None:
    service, tap = Service(), tap_of(screen(window=4))
    tap.feed(event("good"))
    assert clear(service, tap) == event("good")
    tap.feed(event(EVIL))
    assert clear(service, tap) == b""
    assert tap.ended
    assert tap.error is None
    assert tap.feed(event("more")) == tap.finish() == b""
    assert tap.check(final=True) is None


def test_what_cannot_be_looked_at_ends_too() -> None:
    service, tap = Service(), tap_of(screen())
    tap.feed(event("broken"))
    assert clear(service, tap, final=True) == b""
    assert tap.ended
    assert tap.error is not None


def test_one_window_is_looked_at_at_a_time() -> None:
    service, tap = Service(), tap_of(screen(window=3))
    tap.feed(event("abc"))
    steps = tap.check(final=False)
    assert steps is not None
    next(steps)
    assert tap.feed(event("def")) == tap.feed(event(None)) == b""
    assert tap.check(final=False) is None
    steps.close()
    assert service.seen == []


def test_too_much_is_looked_at_early_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELD_MAX", 200)
    service, tap = Service(), tap_of(screen())
    tap.feed(event("abc") + b": " + b"x" * 300 + b"\n\n")
    assert clear(service, tap).startswith(event("abc"))
    tap = tap_of(screen())
    tap.feed(b"data: " + b"x" * 300)
    assert clear(service, tap) == b""
    assert tap.ended


def test_lines_may_end_in_crlf_anywhere() -> None:
    service, tap = Service(), tap_of(screen())
    stream = (event("abc") + event("def")).replace(b"\n", b"\r\n")
    passed = b"".join(tap.feed(stream[at : at + 1]) for at in range(len(stream)))
    passed += clear(service, tap, final=True)
    assert passed == stream
    assert service.seen == ["abcdef"]


def test_other_followers_go_first_and_a_cache_keeps_nothing_bad() -> None:
    async_keep: Any = None
    recorder = Recorder(Response(200, "OK", Headers(), None), async_keep).behind(None)
    service, tap = Service(), tap_of(screen(), inner=recorder)
    tap.feed(event(EVIL))
    assert not tap.whole
    tap.finish()
    assert recorder.whole
    clear(service, tap, final=True)
    assert not recorder.whole


def answered(
    content: bytes, *, kind: str = "application/json", complete: bool = True, status: int = 200
) -> Context:
    context = make_context("POST", "https://gw.example/v1/chat/completions", body=b"{}")
    headers = Headers.of(("Content-Type", kind))
    context.response = Response(status, "OK", headers, Body(content, complete=complete))
    screen_completion(context, screen())
    return context


def whole(text: str) -> bytes:
    return json.dumps({"choices": [{"message": {"content": text}}]}).encode()


def test_whole_answers_pass_or_are_403_once() -> None:
    service, context = Service(), answered(whole("good"))
    service.run(screened(context))
    service.run(screened(context))
    assert service.seen == ["good"]
    with pytest.raises(CallError) as caught:
        service.run(screened(answered(whole(EVIL))))
    assert caught.value.status == 403


def test_streams_that_are_here_are_read_as_streams() -> None:
    service = Service()
    service.run(screened(answered(event("a") + event("b"), kind="text/event-stream")))
    assert service.seen == ["ab"]


def test_stream_on_its_way_is_left_to_its_tap() -> None:
    service = Service()
    service.run(screened(answered(b"", kind="text/event-stream; charset=utf-8", complete=False)))
    assert service.seen == []


def test_other_answers_on_their_way_are_gathered() -> None:
    service, context = Service(), answered(whole("good"), complete=False)
    service.run(screened(context), context.response)
    assert service.seen == ["good"]


def test_compressed_answers_are_read() -> None:
    service, context = Service(), answered(b"")
    assert context.response is not None
    context.response.headers.append("Content-Encoding", "deflate")
    context.response.body = Body(zlib.compress(whole("good")))
    service.run(screened(context))
    assert service.seen == ["good"]
    context = answered(b"?")
    assert context.response is not None
    context.response.headers.append("Content-Encoding", "br")
    with pytest.raises(CallError, match="Response failed"):
        service.run(screened(context))


def test_errors_and_calls_without_screens_are_left_alone() -> None:
    service = Service()
    service.run(screened(answered(whole(EVIL), status=400)))
    service.run(screened(make_context()))
    assert service.seen == []
