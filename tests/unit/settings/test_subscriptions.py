from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.model.entities import Subscription
from headgate.settings.documents import Folder
from headgate.settings.named_values import load_named_values
from headgate.settings.subscriptions import Referents, load_subscriptions

Write = Callable[[dict[str, object]], Folder]
ARM = "/subscriptions/1/resourceGroups/g/providers/Microsoft.ApiManagement/service/s"
VALUES = {
    f"named values/{name}/namedValueInformation.json": {"value": name} for name in ("one", "two")
}


def declared(name: str = "s", **properties: object) -> dict[str, object]:
    given = {"scope": "/apis", "primaryKey": "{{one}}", **properties}
    file = f"subscriptions/{name}/subscriptionInformation.json"
    return VALUES | {file: {"properties": given}}


def load(folder: Folder) -> tuple[Subscription, ...]:
    values = load_named_values(folder)
    return load_subscriptions(folder, Referents(["A", "b"], ["P"], ["ada"], values))


def test_all_properties_are_read(write: Write) -> None:
    folder = write(
        declared(
            displayName="S",
            scope="/products/p",
            state="suspended",
            secondaryKey="{{two}}",
            ownerId="/users/ADA",
            allowTracing=True,
            createdDate="2026-01-01",
            startDate="2026-01-02T00:00:00Z",
            endDate="2036-01-01",
            expirationDate="2035-01-01",
            notificationDate="2034-01-01",
            stateComment="c",
        )
    )
    assert load(folder) == (
        Subscription(
            id="s",
            name="S",
            scope="product",
            scope_id="P",
            state="suspended",
            primary_key="one",
            secondary_key="two",
            owner_id="ada",
            allow_tracing=True,
            created_date="2026-01-01",
            start_date="2026-01-02T00:00:00Z",
            end_date="2035-01-01",
        ),
    )
    assert folder.diagnostics == []


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("/apis", ("all", "")),
        ("/apis/", ("all", "")),
        ("/", ("all", "")),
        (ARM, ("all", "")),
        (f"{ARM}/", ("all", "")),
        (f"{ARM}/apis", ("all", "")),
        ("/apis/a", ("api", "A")),
        (f"{ARM}/apis/B;rev=2", ("api", "b")),
        (f"{ARM}/products/p", ("product", "P")),
    ],
)
def test_scope_is_an_end_of_an_azure_id(write: Write, scope: str, expected: object) -> None:
    (subscription,) = load(write(declared(scope=scope)))
    assert (subscription.scope, subscription.scope_id) == expected


@pytest.mark.parametrize(
    "scope", ["", "all", "/products", "/apis/none", "/products/none", "/apis/a/operations/b"]
)
def test_scope_that_does_not_exist_is_an_error(write: Write, scope: str) -> None:
    folder = write(declared(scope=scope))
    assert load(folder) == ()
    assert [d.code for d in folder.diagnostics] == ["HG540"]


def test_plain_key_works_and_gets_a_warning_that_does_not_show_it(write: Write) -> None:
    folder = write(declared(primaryKey="plain-text-key"))
    assert load(folder)[0].primary_key == "plain-text-key"
    (diagnostic,) = folder.diagnostics
    assert (diagnostic.code, diagnostic.severity) == ("HG542", "warning")
    assert "plain-text-key" not in str(diagnostic)


def test_key_that_refers_to_nothing_is_an_error(write: Write) -> None:
    folder = write(declared(secondaryKey="{{none}}"))
    assert load(folder) == ()
    assert [d.code for d in folder.diagnostics] == ["HG554"]


@pytest.mark.parametrize(("state", "codes"), [("active", ["HG543"]), ("cancelled", [])])
def test_active_subscription_without_a_key_gets_a_warning(
    write: Write, state: str, codes: list[str]
) -> None:
    folder = write(declared(primaryKey=None, secondaryKey="", state=state))
    assert len(load(folder)) == 1
    assert [d.code for d in folder.diagnostics] == codes


def test_one_key_opens_one_subscription(write: Write) -> None:
    folder = write(declared("s") | declared("t", primaryKey="{{two}}", secondaryKey="{{one}}"))
    load(folder)
    assert [(d.code, d.line) for d in folder.diagnostics] == [("HG541", 5)]


def test_both_keys_of_one_subscription_may_be_the_same(write: Write) -> None:
    folder = write(declared(secondaryKey="{{one}}"))
    assert len(load(folder)) == 1
    assert folder.diagnostics == []


@pytest.mark.parametrize("owner", ["adam", "/users/adam", f"{ARM}/users/adam"])
def test_unknown_owner_is_kept_with_a_warning(write: Write, owner: str) -> None:
    folder = write(declared(ownerId=owner))
    assert load(folder)[0].owner_id == "adam"
    assert [(d.code, d.severity) for d in folder.diagnostics] == [("HG544", "warning")]


@pytest.mark.parametrize("name", ["startDate", "endDate", "expirationDate"])
def test_date_that_is_none_is_an_error(write: Write, name: str) -> None:
    folder = write(declared(**{name: "soon"}))
    assert load(folder) == ()
    assert [d.code for d in folder.diagnostics] == ["HG511"]
