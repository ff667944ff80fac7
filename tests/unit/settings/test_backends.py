from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.model.entities import (
    Authorization,
    Backend,
    BackendCredentials,
    BackendPool,
    ManagedIdentity,
    PoolMember,
)
from headgate.settings.backends import load_backends
from headgate.settings.documents import Folder
from headgate.settings.named_values import load_named_values

Write = Callable[[dict[str, object]], Folder]
KEY = {"named values/key/namedValueInformation.json": {"value": "k"}}


MEMBER = {"services": [{"id": "b"}]}


def load(folder: Folder) -> tuple[Backend, ...]:
    return load_backends(folder, load_named_values(folder))


def declared(**properties: object) -> dict[str, object]:
    return KEY | {"backends/b/backendInformation.json": {"properties": properties}}


def test_all_properties_are_read(write: Write) -> None:
    folder = write(
        declared(
            url="https://a.example/x",
            title="A",
            protocol="http",
            type="Single",
            credentials={
                "header": {"x-key": ["{{key}}", "2"]},
                "query": {"q": "{{key}}"},
                "authorization": {"scheme": "Bearer", "parameter": "{{key}}"},
                "managedIdentity": {"resource": "https://r", "clientId": "c"},
            },
            azureRegion="westeurope",
            tls={"validateCertificateChain": False},
        )
    )
    assert load(folder) == (
        Backend(
            id="b",
            url="https://a.example/x",
            title="A",
            region="westeurope",
            credentials=BackendCredentials(
                header=(("x-key", ("k", "2")),),
                query=(("q", ("k",)),),
                authorization=Authorization(scheme="Bearer", parameter="k"),
                identity=ManagedIdentity(resource="https://r", client_id="c"),
            ),
            validate_certificate_chain=False,
        ),
    )
    assert folder.diagnostics == []


def test_url_is_all_that_is_needed(write: Write) -> None:
    assert load(write(declared(url="http://a"))) == (Backend(id="b", url="http://a"),)


@pytest.mark.parametrize(
    "credentials",
    [
        {"header": {"a": ["{{none}}"]}},
        {"query": {"a": "{{none}}"}},
        {"authorization": {"scheme": "Bearer", "parameter": "{{none}}"}},
    ],
)
def test_credentials_that_refer_to_nothing_are_an_error(
    write: Write, credentials: dict[str, object]
) -> None:
    folder = write(declared(url="http://a", credentials=credentials))
    assert load(folder) == ()
    assert [d.code for d in folder.diagnostics] == ["HG554"]


def test_an_identity_is_credential_enough(write: Write) -> None:
    folder = write(declared(url="http://a", credentials={"managedIdentity": {"resource": "r"}}))
    (backend,) = load(folder)
    assert backend.credentials == BackendCredentials(identity=ManagedIdentity(resource="r"))
    assert folder.diagnostics == []


@pytest.mark.parametrize("name", ["certificate", "certificateIds"])
def test_credentials_that_are_not_sent_get_a_warning(write: Write, name: str) -> None:
    folder = write(declared(url="http://a", credentials={name: ["x"]}))
    assert len(load(folder)) == 1
    assert [(d.code, d.severity) for d in folder.diagnostics] == [("HG510", "warning")]


@pytest.mark.parametrize("kind", [{"type": "Farm"}, {"protocol": "soap"}])
def test_kinds_that_are_not_forwarded_to_are_errors(write: Write, kind: dict[str, object]) -> None:
    folder = write(declared(url="http://a", **kind))
    assert load(folder) == ()
    assert [d.code for d in folder.diagnostics] == ["HG561"]


RULE = {
    "failureCondition": {
        "count": 3,
        "interval": "PT1M",
        "statusCodeRanges": [{"min": 429, "max": 429}],
    },
    "tripDuration": "PT10S",
}


def test_a_backend_may_have_a_breaker(write: Write) -> None:
    folder = write(declared(url="http://a", circuitBreaker={"rules": [RULE]}))
    (backend,) = load(folder)
    assert folder.diagnostics == []
    assert backend.breaker is not None
    assert backend.breaker.count == 3


@pytest.mark.parametrize("kind", ["Pool", "pool"])
def test_a_pool_has_members_and_its_url_says_nothing(write: Write, kind: str) -> None:
    pool = {
        "type": kind,
        "url": "http://localhost",
        "protocol": "http",
        "pool": {"services": [{"id": "/backends/B"}]},
        "credentials": {},
        "circuitBreaker": {"rules": []},
    }
    folder = write(
        declared(url="http://a") | {"backends/all/backendInformation.json": {"properties": pool}}
    )
    all_of_them, _ = load(folder)
    members = (PoolMember(id="B"),)
    assert all_of_them == Backend(id="all", pool=BackendPool(members=members))
    assert folder.diagnostics == []


@pytest.mark.parametrize(
    "properties",
    [
        {"url": "http://a", "pool": {"services": []}},
        {"type": "Pool", "pool": MEMBER, "credentials": {"query": {"a": "b"}}},
        {"type": "Pool", "pool": MEMBER, "circuitBreaker": {"rules": [RULE]}},
    ],
)
def test_what_belongs_to_the_other_kind_gets_a_warning(
    write: Write, properties: dict[str, object]
) -> None:
    folder = write(
        declared(url="http://a")
        | {"backends/other/backendInformation.json": {"properties": properties}}
    )
    assert len(load(folder)) == 2
    assert [(d.code, d.severity) for d in folder.diagnostics] == [("HG510", "warning")]
