from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.model.entities import Group, Product
from headgate.settings.documents import Folder
from headgate.settings.products import load_products

Write = Callable[[dict[str, object]], Folder]


def declared(product_id: str = "p", **properties: object) -> dict[str, object]:
    return {f"products/{product_id}/productInformation.json": {"properties": properties}}


def test_all_properties_are_read(write: Write) -> None:
    folder = write(
        declared(
            displayName="P",
            description="d",
            terms="t",
            subscriptionRequired=False,
            approvalRequired=True,
            subscriptionsLimit=3,
            state="notPublished",
        )
        | {"products/p/policy.xml": "<p />"}
    )
    loaded = load_products(folder, [], groups={})
    assert loaded.products == [
        Product(
            id="p",
            name="P",
            state="notPublished",
            subscription_required=False,
            approval_required=True,
            subscriptions_limit=3,
        )
    ]
    assert {key: source.text for key, source in loaded.policies.items()} == {"p": "<p />"}
    assert folder.diagnostics == []


@pytest.mark.parametrize(
    "files",
    [
        {
            "products/p/apis/ORDERS/productApiInformation.json": {},
            "products/p/apis/b/productApiInformation.json": "",
        },
        {"products/p/apis.json": ["orders", {"name": "B"}]},
        {"products/p/apis/b/productApiInformation.json": {}, "products/p/apis.json": ["orders"]},
    ],
)
def test_apis_belong_by_folder_or_by_list(write: Write, files: dict[str, object]) -> None:
    folder = write(declared() | files)
    (product,) = load_products(folder, ["orders", "b", "c"], groups={}).products
    assert product.api_ids == {"orders", "b"}
    assert folder.diagnostics == []


@pytest.mark.parametrize("content", [[1], {"a": 1}, [{"name": None}]])
def test_list_of_anything_else_is_an_error(write: Write, content: object) -> None:
    folder = write(declared() | {"products/p/apis.json": content})
    load_products(folder, ["orders"], groups={})
    assert [d.code for d in folder.diagnostics] == ["HG511"]


def test_unknown_api_is_an_error_with_a_hint(write: Write) -> None:
    folder = write(declared() | {"products/p/apis/order/productApiInformation.json": {}})
    load_products(folder, ["orders"], groups={})
    assert [(d.code, d.hint) for d in folder.diagnostics] == [("HG530", "did you mean 'orders'?")]


def test_membership_without_its_file_is_an_error(write: Write) -> None:
    folder = write(declared() | {"products/p/apis/orders/other": ""})
    assert load_products(folder, ["orders"], groups={}).products[0].api_ids == frozenset()
    assert [d.code for d in folder.diagnostics] == ["HG508"]


@pytest.mark.parametrize(("second_needs_one", "codes"), [(True, []), (False, ["HG532"])])
def test_api_is_in_one_open_product(write: Write, second_needs_one: bool, codes: list[str]) -> None:
    folder = write(
        declared("p", subscriptionRequired=False)
        | declared("q", subscriptionRequired=second_needs_one)
        | {"products/p/apis.json": ["a"], "products/q/apis.json": ["a"]}
    )
    load_products(folder, ["a"], groups={})
    assert [d.code for d in folder.diagnostics] == codes


def test_all_revisions_of_an_api_belong(write: Write) -> None:
    folder = write(declared() | {"products/p/apis.json": ["a"]})
    (product,) = load_products(folder, ["a", "a;rev=2", "ab"], groups={}).products
    assert product.api_ids == {"a", "a;rev=2"}


def test_broken_product_still_counts_as_declared(write: Write) -> None:
    loaded = load_products(write(declared(state="gone")), [], groups={})
    assert (loaded.products, loaded.ids) == ([], ["p"])


def test_groups_are_folders(write: Write) -> None:
    folder = write(
        declared() | {"products/p/groups/a/x.json": {}, "products/p/groups/b/x.json": {}}
    )
    (product,) = load_products(folder, [], groups={"a": Group(id="a", name="A")}).products
    assert product.groups == (Group(id="a", name="A"), Group(id="b", name="b"))
    assert folder.diagnostics == []
