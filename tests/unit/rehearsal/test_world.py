from __future__ import annotations

import pytest

from headgate.model.entities import Service
from headgate.policy.effects import FetchSigningKeys, FetchToken, SigningKeys, TokenFailed
from headgate.rehearsal.outcome import Sent
from headgate.rehearsal.script import Answer, Match, ProviderForm, Script
from headgate.rehearsal.world import Servers, Unscripted, World
from headgate.testing.snapshots import bare_snapshot

ANY = Sent("POST", "https://a.example/v1/x?y=1", {}, None)
URL = "https://login.example/.well-known/openid-configuration"


def world(script: Script) -> World:
    return World(script, Service(), snapshot=bare_snapshot())


def test_answers_are_used_in_turn_and_then_there_are_none() -> None:
    first, second = Answer(status=1), Answer(status=2)
    servers = Servers([first, second])
    assert servers.answer(ANY, forwarded=True) is first
    assert servers.answer(ANY, forwarded=True) is second
    with pytest.raises(Unscripted, match="POST https://a"):
        servers.answer(ANY, forwarded=True)


def test_answer_may_be_used_several_times() -> None:
    twice, always = Answer(times=2), Answer(times="any")
    servers = Servers([twice, always])
    used = [servers.answer(ANY, forwarded=True) for _ in range(5)]
    assert used == [twice, twice, always, always, always]


def test_answers_without_match_are_for_what_is_forwarded() -> None:
    with pytest.raises(Unscripted):
        Servers([Answer()]).answer(ANY, forwarded=False)


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        (Match(), True),
        (Match(url="https://a.example/v1/x?y=1"), True),
        (Match(url="https://a.example/*"), True),
        (Match(url="*/v1/*y=1", method="post"), True),
        (Match(url="https://a.example/v1/x"), False),
        (Match(url="https://a.example/v1/x.y=1"), False),
        (Match(method="GET"), False),
    ],
)
def test_match_compares_url_and_method(match: Match, *, fits: bool) -> None:
    servers = Servers([Answer(match=match)])
    if fits:
        servers.answer(ANY, forwarded=False)
    else:
        with pytest.raises(Unscripted):
            servers.answer(ANY, forwarded=True)


def test_tokens_tell_what_they_are_for() -> None:
    here = world(Script(requests=[]))
    assert here.token(FetchToken("r", None)) == "token-for-r"
    assert here.token(FetchToken("r", "me")) == "token-for-r-as-me"
    assert isinstance(here.token(FetchToken("none", None)), TokenFailed)


def test_signing_keys_are_those_of_the_script_and_rotate_when_asked_again() -> None:
    provider = ProviderForm(issuer="i", keys=[{"kid": "1"}], rotated=[{"kid": "2"}])
    here = world(Script(requests=[], openid={URL: provider}))
    assert here.signing_keys(FetchSigningKeys(URL)) == SigningKeys("i", ({"kid": "1"},))
    assert here.signing_keys(FetchSigningKeys(URL, "2")) == SigningKeys("i", ({"kid": "2"},))
    assert isinstance(here.signing_keys(FetchSigningKeys("other")), TokenFailed)
