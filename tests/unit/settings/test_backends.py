from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.model.entities import Authorization, Backend, BackendCredentials
from headgate.settings.backends import load_backends
from headgate.settings.documents import Folder
from headgate.settings.named_values import load_named_values

Write = Callable[[dict[str, object]], Folder]
KEY = {"named values/key/namedValueInformation.json": {"value": "k"}}


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
            },
            tls={"validateCertificateChain": False},
        )
    )
    assert load(folder) == (
        Backend(
            id="b",
            url="https://a.example/x",
            title="A",
            credentials=BackendCredentials(
                header=(("x-key", ("k", "2")),),
                query=(("q", ("k",)),),
                authorization=Authorization(scheme="Bearer", parameter="k"),
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


@pytest.mark.parametrize("name", ["certificate", "certificateIds", "managedIdentity"])
def test_credentials_that_are_not_sent_get_a_warning(write: Write, name: str) -> None:
    folder = write(declared(url="http://a", credentials={name: ["x"]}))
    assert len(load(folder)) == 1
    assert [(d.code, d.severity) for d in folder.diagnostics] == [("HG510", "warning")]


@pytest.mark.parametrize("kind", [{"type": "Pool"}, {"protocol": "soap"}])
def test_kinds_that_are_not_forwarded_to_are_errors(write: Write, kind: dict[str, object]) -> None:
    folder = write(declared(url="http://a", **kind))
    assert load(folder) == ()
    assert [d.code for d in folder.diagnostics] == ["HG561"]
