from __future__ import annotations

import pytest

from headgate.model.messages import Headers
from headgate.policy.cross_origin import (
    CrossOrigin,
    Preflight,
    add_vary,
    normal_origin,
    write_cross_origin,
)
from headgate.testing.playbook import make_context, make_response

APP = CrossOrigin(origin="https://app.example", credentials=False)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("https://App.Example", "https://app.example"),
        ("https://app.example/", "https://app.example"),
        ("https://app.example:443", "https://app.example"),
        ("http://app.example:80/", "http://app.example"),
        ("http://app.example:443", "http://app.example:443"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("null", "null"),
        ("*", "*"),
        ("app://x", "app://x"),
        ("http://[", "http://["),
        ("https://a]b", "https://a]b"),
        ("https://app.exam\tple", "https://app.exam\tple"),
        ("https://app.example https://evil.example", "https://app.example https://evil.example"),
    ],
)
def test_origins_are_compared_in_one_form(text: str, normal: str) -> None:
    assert normal_origin(text) == normal


def test_what_is_allowed_stands_in_the_place_of_what_a_backend_says() -> None:
    context = make_context()
    context.response = make_response(headers={"access-control-allow-origin": "*"})
    context.owners[CrossOrigin] = CrossOrigin(
        origin="https://app.example", credentials=True, exposed=("x-a", "x-b")
    )
    write_cross_origin(context)
    assert list(context.response.headers) == [
        ("Access-Control-Allow-Origin", "https://app.example"),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Expose-Headers", "x-a,x-b"),
        ("Vary", "Origin"),
    ]


def test_an_answer_for_any_origin_does_not_vary() -> None:
    headers = Headers()
    CrossOrigin(origin="*", credentials=False).write(headers)
    assert list(headers) == [("Access-Control-Allow-Origin", "*")]


def test_nothing_is_written_where_nothing_was_allowed() -> None:
    context = make_context(response=make_response())
    write_cross_origin(context)
    assert context.response is not None
    assert list(context.response.headers) == []


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ([], ["Origin"]),
        (["Accept"], ["Accept", "Origin"]),
        (["Accept, origin"], ["Accept, origin"]),
        (["*"], ["*"]),
    ],
)
def test_vary_is_said_once(said: list[str], lines: list[str]) -> None:
    headers = Headers.of(*(("vary", line) for line in said))
    add_vary(headers, "Origin")
    assert headers.values("Vary") == lines


def asked(method: str = "PUT", headers: str = "X-A, x-b") -> Preflight:
    return Preflight.of(
        Headers.of(
            ("Origin", "https://app.example"),
            ("Access-Control-Request-Method", method),
            ("Access-Control-Request-Headers", headers),
        )
    )


def test_a_preflight_is_read() -> None:
    assert asked() == Preflight("https://app.example", "PUT", ("X-A", "x-b"))
    assert Preflight.of(Headers()) == Preflight("", "", ())


def test_what_is_allowed_is_listed() -> None:
    answer = asked().answer(APP, methods=["GET", "PUT"], headers=["x-a", "x-b", "x-c"], age=300)
    assert answer is not None
    assert answer.status == 200
    assert list(answer.headers) == [
        ("Access-Control-Allow-Origin", "https://app.example"),
        ("Vary", "Origin"),
        ("Access-Control-Allow-Methods", "GET,PUT"),
        ("Access-Control-Allow-Headers", "x-a,x-b,x-c"),
        ("Access-Control-Max-Age", "300"),
    ]


def test_where_anything_is_allowed_what_was_asked_for_is_said() -> None:
    answer = asked().answer(APP, methods=["*"], headers=["*"], age=0)
    assert answer is not None
    assert answer.headers.get("Access-Control-Allow-Methods") == "PUT"
    assert answer.headers.get("Access-Control-Allow-Headers") == "X-A,x-b"
    assert "Access-Control-Max-Age" not in answer.headers


def test_headers_to_expose_are_for_the_answer_itself() -> None:
    allowed = CrossOrigin(origin="*", credentials=False, exposed=("x-a",))
    answer = asked(headers="").answer(allowed, methods=["PUT"], headers=[], age=0)
    assert answer is not None
    assert "Access-Control-Expose-Headers" not in answer.headers
    assert "Access-Control-Allow-Headers" not in answer.headers


@pytest.mark.parametrize(("method", "headers"), [("DELETE", ""), ("PUT", "x-a, x-z")])
def test_a_method_or_a_header_that_is_not_allowed_gets_no_answer(method: str, headers: str) -> None:
    assert asked(method, headers).answer(APP, methods=["PUT"], headers=["x-a"], age=0) is None
