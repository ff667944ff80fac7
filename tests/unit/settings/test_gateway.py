from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from headgate.model.entities import Deployment
from headgate.settings.documents import Folder
from headgate.settings.gateway import (
    Bounds,
    ClientCredentials,
    GatewaySettings,
    ManagedIdentity,
    Timeouts,
    deployment,
    load_gateway_settings,
)
from headgate.settings.named_values import load_named_values
from headgate.stores.usage.database import database_url
from headgate.stores.usage.errors import UsageStoreError
from headgate.upstream import bounds

Write = Callable[[dict[str, object]], Folder]
SECRET = {"named values/secret/namedValueInformation.json": {"value": "s3cret"}}


def load(folder: Folder) -> GatewaySettings:
    return load_gateway_settings(folder, load_named_values(folder))


def codes(folder: Folder) -> list[str]:
    return [f"{d.line} {d.code}" for d in folder.diagnostics]


def test_everything_has_a_default(write: Write) -> None:
    folder = write({})
    assert load(folder) == GatewaySettings()
    assert load(write({"headgate.toml": ""})) == GatewaySettings()
    assert GatewaySettings().admission == "bounded"


def test_bounds_and_timeouts_are_those_of_the_data_plane() -> None:
    assert msgspec.structs.asdict(Bounds()) == msgspec.structs.asdict(bounds.Bounds())
    ours = msgspec.structs.asdict(Timeouts())
    # `drain` is the server's own, and how often timeouts are swept is nobody's to set.
    del ours["drain"]
    theirs = msgspec.structs.asdict(bounds.Timeouts())
    assert {name: theirs.get(name) for name in ours} == ours
    assert set(theirs) - set(ours) <= {"sweep"}


def test_settings_are_read_in_kebab_case(write: Write) -> None:
    folder = write(
        {
            "headgate.toml": 'admission = "apim"\nask-for-usage = false\n[bounds]\nhead = 2048\n'
            '[timeouts]\ntls-handshake = 3\n[egress]\nallow = ["10.0.0.0/8", "::1/128"]\n'
            '[deployment]\nregion = "north"\n'
        }
    )
    settings = load(folder)
    assert (settings.admission, settings.ask_for_usage) == ("apim", False)
    assert (settings.bounds.head, settings.timeouts.tls_handshake) == (2048, 3.0)
    assert settings.egress.allow == ("10.0.0.0/8", "::1/128")
    assert deployment(settings) == Deployment(region="north")
    assert folder.diagnostics == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[bounds]\nhead = 1024", None),
        ("[bounds]\nhead = 1023", "2 HG511"),
        ("[bounds]\nheaders = 1", None),
        ("[bounds]\nheaders = 0", "2 HG511"),
        ("[timeouts]\ncall = 86400", None),
        ("[timeouts]\ncall = 86401", "2 HG511"),
        ("[timeouts]\ncall = 0", "2 HG511"),
        ("[listen]\nport = 65535", None),
        ("[listen]\nport = 65536", "2 HG511"),
        ("[listen]\nport = -1", "2 HG511"),
        ('[egress]\nallow = ["a.example"]', "2 HG511"),
        ('[egress]\ndeny = ["10.1.2.3/8"]', "2 HG511"),
        ("unknown = 1", "1 HG513"),
        ("bounds = 1", "1 HG511"),
    ],
)
def test_values_are_bounded(write: Write, text: str, code: str | None) -> None:
    folder = write({"headgate.toml": text})
    load(folder)
    assert codes(folder) == ([code] if code else [])


def test_managed_identities_have_one_source_and_their_secrets(write: Write) -> None:
    folder = write(
        SECRET
        | {
            "headgate.toml": '[[managed-identity]]\ntoken = "{{secret}}"\n'
            '[[managed-identity]]\nresource = "https://a"\nclient-id = "c"\ntoken-file = "/run/t"\n'
            '[[managed-identity]]\nresource = "https://b"\n[managed-identity.client-credentials]\n'
            'token-url = "https://t"\nclient-id = "i"\nclient-secret = "{{secret}}"\n'
        }
    )
    assert load(folder).managed_identity == (
        ManagedIdentity(token="s3cret"),
        ManagedIdentity(resource="https://a", client_id="c", token_file="/run/t"),
        ManagedIdentity(
            resource="https://b",
            client_credentials=ClientCredentials(
                token_url="https://t", client_id="i", client_secret="s3cret"
            ),
        ),
    )
    assert folder.diagnostics == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1 HG512"]),
        ('token = "{{secret}}"\ntoken-file = "x"', ["1 HG512"]),
        ('token = "plain"', ["2 HG542"]),
        ('token = "{{none}}"', ["2 HG554"]),
        (
            '[managed-identity.client-credentials]\ntoken-url = "t"\nclient-id = "c"\n'
            'client-secret = "{{secret}}"',
            ["3 HG560"],
        ),
        ("[managed-identity.client-credentials]\n", ["2 HG512", "2 HG512", "2 HG512"]),
    ],
)
def test_managed_identity_that_cannot_work_is_reported(
    write: Write, text: str, expected: list[str]
) -> None:
    folder = write(SECRET | {"headgate.toml": f"[[managed-identity]]\n{text}"})
    load(folder)
    assert codes(folder) == expected


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("records.db", None),
        ("sqlite:///records.db", None),
        ("sqlite+aiosqlite:////tmp/records.db", None),
        ("postgres://h/d", None),
        ("postgresql+asyncpg://u@h/d", None),
        ("sqlite://", "names no file"),
        ("mysql://h/d", "no database of kind 'mysql' is known"),
        ("://", "no database of kind '' is known"),
    ],
)
def test_a_database_that_cannot_be_is_found_before_the_start(
    write: Write, url: str, message: str | None
) -> None:
    folder = write({"headgate.toml": f'[usage]\ndatabase = "{url}"'})
    load(folder)
    told = [one.message for one in folder.diagnostics]
    assert len(told) == (message is not None)
    for one in told:
        assert message is not None
        assert message in one
    # The store is of the same opinion.
    try:
        database_url(url)
    except UsageStoreError:
        assert message is not None
    else:
        assert message is None


def test_the_kind_of_a_database_may_be_a_named_value(write: Write) -> None:
    value = {"named values/secret/namedValueInformation.json": {"value": "oracle"}}
    folder = write({"headgate.toml": '[usage]\ndatabase = "{{secret}}://h/d"', **value})
    load(folder)
    assert ["oracle" in one.message for one in folder.diagnostics] == [True]


def test_a_setting_of_a_wrong_type_hides_nothing_else(write: Write) -> None:
    text = """
        tracing = "yes"
        [timeouts]
        head = "soon"
        [egress]
        allow = ["no network"]
        [usage]
        database = "mysql://h/d"
        [[models]]
        model = "a"
        max-completion-tokens = "many"
        prices = { input = 1, output = "much" }
        [[models]]
        model = "b"
        prices = { input = "0.0001", output = 1, cached = true }
    """
    folder = write({"headgate.toml": text})
    load(folder)
    lines = sorted(int(one.partition(" ")[0]) for one in codes(folder))
    assert lines == [2, 4, 6, 8, 11, 12, 15, 15]
