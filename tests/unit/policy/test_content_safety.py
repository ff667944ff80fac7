from __future__ import annotations

import json
from typing import Any

import pytest

from headgate.model.entities import (
    Authorization,
    Backend,
    BackendCredentials,
    BackendPool,
    ManagedIdentity,
    PoolMember,
)
from headgate.model.errors import CallError
from headgate.model.messages import Body, Headers, Response
from headgate.policy.backends import Backends
from headgate.policy.content_safety import (
    TEXT_MAX,
    Screen,
    asked,
    is_attack,
    is_harmful,
    requested,
    windows,
)
from headgate.policy.effects import FetchToken, ForwardFailed, Outgoing, Send, Steps, TokenFailed
from headgate.testing.playbook import make_context

BACKEND = Backend(id="safety", url="https://safety.example/")


def run(steps: Steps[Any], *replies: Any) -> tuple[Any, list[Any]]:
    """Return what a computation returns, and what it asked."""
    effects: list[Any] = []
    left = list(replies)
    try:
        effect = next(steps)
        while True:
            effects.append(effect)
            effect = steps.send(left.pop(0))
    except StopIteration as end:
        return end.value, effects


def answer(document: object, status: int = 200) -> Response:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Response(status, "OK", Headers(), Body(content))


def severities(**found: int) -> Response:
    listed = [{"category": name, "severity": number} for name, number in found.items()]
    return answer({"blocklistsMatch": [], "categoriesAnalysis": listed})


@pytest.mark.parametrize(
    ("text", "size", "overlap", "expected"),
    [
        ("", 4, 0, [""]),
        ("abcd", 4, 0, ["abcd"]),
        ("abcde", 4, 0, ["abcd", "e"]),
        ("abcdef", 4, 2, ["abcd", "cdef"]),
        ("abcdefg", 4, 2, ["abcd", "cdef", "efg"]),
        ("abc", 2, 9, ["ab", "bc"]),
    ],
)
def test_windows_cover_the_text(text: str, size: int, overlap: int, expected: list[str]) -> None:
    assert list(windows(text, size, overlap=overlap)) == expected


def test_no_window_is_longer_than_the_service_takes() -> None:
    assert [len(one) for one in windows("x" * (TEXT_MAX + 1), 1 << 20)] == [TEXT_MAX, 1]


@pytest.mark.parametrize(("severity", "harmful"), [(3, False), (4, True), (5, True)])
def test_threshold_is_the_least_that_is_blocked(severity: int, harmful: bool) -> None:
    screen = Screen(backend=BACKEND, thresholds={"Hate": 4})
    assert run(is_harmful(screen, "text"), severities(Hate=severity))[0] is harmful


def test_nothing_is_asked_where_nothing_is_looked_for() -> None:
    assert run(is_harmful(Screen(backend=BACKEND), "text")) == (False, [])


def test_entry_of_a_list_is_harmful() -> None:
    screen = Screen(backend=BACKEND, blocklists=("names",))
    found = {"blocklistsMatch": [{"blocklistName": "names"}], "categoriesAnalysis": []}
    assert run(is_harmful(screen, "text"), answer(found))[0]
    assert not run(is_harmful(screen, "text"), severities(Hate=6))[0]


@pytest.mark.parametrize("attack", [True, False])
def test_attacks_are_found(attack: bool) -> None:
    found = answer({"userPromptAnalysis": {"attackDetected": attack}})
    harmful, effects = run(is_attack(Screen(backend=BACKEND), "text"), found)
    assert harmful is attack
    assert json.loads(effects[0].request.body) == {"userPrompt": "text", "documents": []}


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (ForwardFailed("timeout", "too late"), "too late"),
        (answer({}, 500), "answered 500"),
        (answer(b"<html>"), "something else"),
        (answer({}), "something else"),
        (severities(Violence=0), "how severe Hate is"),
    ],
)
def test_what_cannot_be_looked_at_is_an_error(reply: object, detail: str) -> None:
    screen = Screen(backend=BACKEND, thresholds={"Hate": 4})
    with pytest.raises(CallError) as caught:
        run(is_harmful(screen, "text"), reply)
    assert (caught.value.status, caught.value.message) == (500, "Internal server error")
    assert detail in caught.value.detail


def test_credentials_of_the_backend_are_sent() -> None:
    credentials = BackendCredentials(
        header=(("api-key", ("k",)),),
        query=(("tenant", ("t",)),),
        authorization=Authorization(scheme="Basic", parameter="p"),
    )
    backend = Backend(id="s", url="https://s.example/base", credentials=credentials)
    request: Outgoing = run(requested(backend, "text:analyze", wanted={}))[0]
    url = "https://s.example/base/contentsafety/text:analyze?api-version=2024-09-01&tenant=t"
    assert str(request.url) == url
    assert request.headers.get("Api-Key") == "k"
    assert request.headers.get("Authorization") == "Basic p"


def test_identity_of_the_backend_goes_first() -> None:
    identity = ManagedIdentity(resource="https://cognitiveservices.azure.com")
    credentials = BackendCredentials(
        authorization=Authorization(scheme="Basic", parameter="p"), identity=identity
    )
    backend = Backend(id="s", url="https://s.example", credentials=credentials)
    request, effects = run(requested(backend, "text:analyze", wanted={}), "secret")
    assert isinstance(effects[0], FetchToken)
    assert request.headers.get("Authorization") == "Bearer secret"
    with pytest.raises(CallError, match="Internal server error"):
        run(requested(backend, "text:analyze", wanted={}), TokenFailed("none"))


def test_backend_is_found_by_its_id_also_in_a_pool() -> None:
    context = make_context()
    with pytest.raises(CallError, match="Internal server error"):
        asked(context, "safety")
    pool = Backend(id="pool", pool=BackendPool(members=(PoolMember(id="safety"),)))
    context.owners[Backends] = Backends((BACKEND, pool))
    assert asked(context, "SAFETY") is asked(context, "pool") is BACKEND


def test_only_the_service_is_asked() -> None:
    screen = Screen(backend=BACKEND, thresholds={"Hate": 4})
    _, effects = run(is_harmful(screen, "text"), severities(Hate=0))
    assert [type(effect) for effect in effects] == [Send]
