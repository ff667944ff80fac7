from __future__ import annotations

from typing import Any

import pytest

from headgate.management.traces import TracePages
from tests.unit.management.conftest import Pages


def issue(api: str, seconds: int) -> str:
    if api != "chat":
        raise ValueError(f"There is no API {api!r}")
    return f"{api}-{seconds}"


@pytest.fixture
def pages() -> Pages:
    found: dict[str, Any] = {"abc": {"traceId": "abc"}}
    return Pages(TracePages(found.get, issue, host="localhost").routes())


def test_a_trace_is_read_by_its_id(pages: Pages) -> None:
    assert pages.ask("/traces/abc") == (200, {"traceId": "abc"})
    status, problem = pages.ask("/traces/x")
    assert (status, problem["statusCode"]) == (404, 404)


@pytest.mark.parametrize(
    ("asked", "token"),
    [
        ({}, "chat-3600"),
        ({"credentialsExpireAfter": "PT1H"}, "chat-3600"),
        ({"credentialsExpireAfter": "PT10M", "purposes": ["tracing"]}, "chat-600"),
        ({"credentialsExpireAfter": "PT1M1S"}, "chat-61"),
    ],
)
def test_a_token_is_issued_for_an_api(pages: Pages, asked: dict[str, Any], token: str) -> None:
    answer = pages.post("/debug-credentials", {"apiId": "chat", **asked})
    assert answer == (200, {"token": token})


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"apiId": "other"}, 404),
        ({}, 400),
        ({"apiId": "chat", "more": 1}, 400),
        ({"apiId": "chat", "purposes": ["x"]}, 400),
        ({"apiId": "chat", "credentialsExpireAfter": "PT1H1S"}, 400),
        ({"apiId": "chat", "credentialsExpireAfter": "PT"}, 400),
        ({"apiId": "chat", "credentialsExpireAfter": "PT0S"}, 400),
        ({"apiId": "chat", "credentialsExpireAfter": "1 hour"}, 400),
    ],
)
def test_what_makes_no_sense_is_refused(pages: Pages, asked: dict[str, Any], status: int) -> None:
    assert pages.post("/debug-credentials", asked)[0] == status


def test_web_pages_reach_neither(pages: Pages) -> None:
    assert pages.ask("/traces/abc", host="evil.example")[0] == 421
    assert pages.post("/debug-credentials", {}, {"content-type": "text/plain"})[0] == 415
