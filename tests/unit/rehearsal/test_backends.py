from __future__ import annotations

import msgspec
import pytest

from headgate.model.clock import SECOND
from headgate.model.entities import (
    Backend,
    BackendCredentials,
    BackendPool,
    CircuitBreaker,
    ManagedIdentity,
    PoolMember,
)
from headgate.rehearsal.backends import backend_of, backends_of, breaker_of
from headgate.rehearsal.script import BackendForm, BreakerForm, MemberForm


def test_a_backend_has_a_url_and_credentials() -> None:
    form = BackendForm(url="http://a", credentials={"identity": {"resource": "r"}})
    credentials = BackendCredentials(identity=ManagedIdentity(resource="r"))
    assert backend_of("a", form) == Backend(id="a", url="http://a", credentials=credentials)


def test_credentials_of_another_form_are_an_error() -> None:
    with pytest.raises(msgspec.ValidationError):
        backend_of("a", BackendForm(credentials={"header": 1}))


def test_a_pool_has_members_and_perhaps_sessions() -> None:
    members = [MemberForm(id="a"), MemberForm(id="b", priority=2, weight=3)]
    pool = backend_of("p", BackendForm(pool=members, session_cookie="sid")).pool
    expected = (PoolMember(id="a"), PoolMember(id="b", priority=2, weight=3))
    assert pool == BackendPool(members=expected, session_cookie="sid")


@pytest.mark.parametrize("member", ["a", "A"])
def test_members_of_a_pool_are_backends_of_the_test(member: str) -> None:
    forms = {"p": BackendForm(pool=[MemberForm(id=member)]), "a": BackendForm()}
    assert [backend.type for backend in backends_of(forms)] == ["Pool", "Single"]


@pytest.mark.parametrize("member", ["b", "p"])
def test_a_pool_without_its_member_is_an_error(member: str) -> None:
    forms = {"p": BackendForm(pool=[MemberForm(id=member)]), "a": BackendForm()}
    with pytest.raises(ValueError, match=f"The pool p has no single backend '{member}'"):
        backends_of(forms)


def test_durations_of_a_breaker_are_seconds() -> None:
    form = BreakerForm(interval=1.5, trip=2, reasons=["Timeout"], accept_retry_after=True)
    assert breaker_of(form) == CircuitBreaker(
        count=1,
        interval=1_500_000,
        statuses=((429, 429), (500, 599)),
        reasons=frozenset({"timeout"}),
        trip_duration=2 * SECOND,
        accept_retry_after=True,
    )


def test_a_percentage_takes_the_place_of_the_count() -> None:
    breaker = breaker_of(BreakerForm(percentage=50))
    assert (breaker.count, breaker.percentage) == (None, 50)
