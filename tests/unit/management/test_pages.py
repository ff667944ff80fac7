from __future__ import annotations

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headgate.management.pages import BODY_MAX, Refusal, as_json, guarded, read_json
from tests.unit.management.conftest import Pages


class Body(msgspec.Struct):
    n: int


async def double(request: Request) -> Response:
    if request.method == "GET":
        raise Refusal(418, "no")
    return as_json({"n": 2 * (await read_json(request, Body)).n})


@pytest.fixture
def pages() -> Pages:
    endpoint = guarded(double, host="Gate.Internal")
    return Pages([Route("/double", endpoint, methods=["GET", "POST"])])


def test_bodies_are_read_and_refusals_answered(pages: Pages) -> None:
    assert pages.post("/double", {"n": 2}) == (200, {"n": 4})
    assert pages.ask("/double") == (418, {"statusCode": 418, "message": "no"})


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"\xff", 400), (b'{"n": "x"}', 400), (b" " * BODY_MAX + b"{}", 413)],
)
def test_bodies_that_are_none_are_refused(pages: Pages, body: bytes, status: int) -> None:
    assert pages.post("/double", body)[0] == status


@pytest.mark.parametrize("host", ["[::1]", "[::1]:8081", "localhost", "gate.internal:1"])
def test_addresses_and_known_names_may_be_asked(pages: Pages, host: str) -> None:
    assert pages.ask("/double", host=host)[0] == 418


@pytest.mark.parametrize("host", ["", "evil.example", "evil.example:8081"])
def test_other_names_may_not(pages: Pages, host: str) -> None:
    assert pages.ask("/double", host=host)[0] == 421
