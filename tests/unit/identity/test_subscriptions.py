from __future__ import annotations

from typing import Any

import pytest

from headgate.identity.subscriptions import (
    KEY_MAX,
    KeyProblem,
    KeyRing,
    take_query,
)
from headgate.model.access import Access
from headgate.model.clock import SECOND, Micros
from headgate.model.entities import Api, Product, Subscription
from headgate.model.errors import CallError
from headgate.model.messages import Body, Headers, Request, Url

NOW = Micros(1_750_000_000 * SECOND)
SECRET = b"sixteen or more bytes"


def api(api_id: str = "a", **more: Any) -> Api:
    return Api(id=api_id, name=api_id, path=api_id, key_header="api-key", **more)


def subscription(**more: Any) -> Subscription:
    return Subscription(**{"id": "s", "name": "s", "scope": "all", "primary_key": "one", **more})


def product(product_id: str = "p", *api_ids: str, **more: Any) -> Product:
    return Product(id=product_id, name=product_id, api_ids=frozenset(api_ids), **more)


def ring(
    *subscriptions: Subscription,
    apis: tuple[Api, ...] = (api(),),
    products: tuple[Product, ...] = (),
) -> KeyRing:
    return KeyRing(apis=apis, products=products, subscriptions=subscriptions, secret=SECRET)


def request(*headers: tuple[str, str], query: str = "") -> Request:
    url = Url("https", "gateway.example", 443, "/a/x", query)
    return Request("GET", url, Headers.of(*headers), Body(), "127.0.0.1")


def test_both_keys_of_an_active_subscription_open() -> None:
    mine = subscription(secondary_key="two")
    for key in ("one", "two"):
        assert ring(mine).authorize(api(), key, now=NOW) == Access(mine)


@pytest.mark.parametrize("key", ["On", "one ", "ONE", "three", "é", "o" * (KEY_MAX + 1)])
def test_anything_else_is_invalid(key: str) -> None:
    assert ring(subscription()).authorize(api(), key, now=NOW) is KeyProblem.INVALID


def test_empty_keys_open_nothing() -> None:
    keys = ring(subscription(primary_key=""))
    assert keys.authorize(api(), "", now=NOW) is KeyProblem.MISSING
    assert keys.authorize(api(), None, now=NOW) is KeyProblem.MISSING


def test_longest_key_is_accepted() -> None:
    key = "k" * KEY_MAX
    assert isinstance(ring(subscription(primary_key=key)).authorize(api(), key, now=NOW), Access)


@pytest.mark.parametrize("state", ["suspended", "submitted", "rejected", "cancelled", "expired"])
def test_only_active_subscriptions_open(state: str) -> None:
    keys = ring(subscription(state=state))
    assert keys.authorize(api(), "one", now=NOW) is KeyProblem.INVALID


def test_key_of_an_api_opens_all_revisions_of_it_and_no_other() -> None:
    apis = (api("a"), api("a;rev=2"), api("b"))
    keys = ring(subscription(scope="api", scope_id="a"), apis=apis)
    assert isinstance(keys.authorize(apis[0], "one", now=NOW), Access)
    assert isinstance(keys.authorize(apis[1], "one", now=NOW), Access)
    assert keys.authorize(apis[2], "one", now=NOW) is KeyProblem.INVALID


def test_key_of_a_product_opens_its_apis_in_its_context() -> None:
    shop = product("p", "a", state="notPublished")
    mine = subscription(scope="product", scope_id="p")
    keys = ring(mine, apis=(api("a"), api("b")), products=(shop,))
    assert keys.authorize(api("a"), "one", now=NOW) == Access(mine, shop)
    assert keys.authorize(api("b"), "one", now=NOW) is KeyProblem.INVALID


def test_keys_of_apis_and_of_all_apis_have_no_product() -> None:
    keys = ring(subscription(), products=(product("p", "a"),))
    assert keys.authorize(api(), "one", now=NOW) == Access(subscription())


@pytest.mark.parametrize(
    ("dates", "opens"),
    [
        ({"start_date": "2025-06-15T15:06:40Z"}, True),
        ({"start_date": "2025-06-15T15:06:40.000001Z"}, False),
        ({"end_date": "2025-06-15T15:06:40.000001"}, True),
        ({"end_date": "2025-06-15T17:06:40+02:00"}, False),
    ],
)
def test_key_opens_from_its_start_to_just_before_its_end(
    dates: dict[str, str], opens: bool
) -> None:
    access = ring(subscription(**dates)).authorize(api(), "one", now=NOW)
    assert isinstance(access, Access) == opens


def test_without_a_key_an_open_product_goes_before_an_api_that_needs_none() -> None:
    free = product("free", "a", subscription_required=False)
    needless = api(subscription_required=False)
    assert ring(apis=(needless,), products=(free,)).authorize(needless, None, now=NOW) == Access(
        None, free
    )
    assert ring(apis=(needless,)).authorize(needless, None, now=NOW) == Access()
    assert ring().authorize(api(), None, now=NOW) is KeyProblem.MISSING


def test_key_is_honoured_where_none_is_needed_and_a_wrong_one_refused() -> None:
    needless = api(subscription_required=False)
    keys = ring(subscription(), apis=(needless,))
    assert keys.authorize(needless, "one", now=NOW) == Access(subscription())
    assert keys.authorize(needless, "wrong", now=NOW) is KeyProblem.INVALID


def test_key_of_another_product_is_no_hindrance_in_an_open_product() -> None:
    free = product("free", "a", subscription_required=False)
    other = product("other", "b")
    keys = ring(
        subscription(scope="product", scope_id="other"),
        apis=(api("a"), api("b")),
        products=(free, other),
    )
    assert keys.authorize(api("a"), "one", now=NOW) == Access(None, free)
    assert keys.authorize(api("a"), "wrong", now=NOW) is KeyProblem.INVALID


def test_header_can_be_read_by_policies_and_is_dropped_before_forwarding() -> None:
    asked = request(("Accept", "*/*"), ("API-Key", "one"), ("api-key", "two"))
    assert ring(subscription()).admit(api(), asked, now=NOW) == Access(subscription())
    assert asked.headers.get("api-key") == "one,two"
    asked.drop_caller_key()
    assert asked.headers.names() == ["Accept"]


def test_header_that_a_policy_sets_again_is_forwarded() -> None:
    asked = request(("api-key", "one"))
    ring(subscription()).admit(api(), asked, now=NOW)
    asked.headers.set("api-key", "one")
    asked.drop_caller_key()
    assert asked.headers.get("api-key") == "one"


def test_query_is_looked_at_only_without_the_header_but_never_forwarded() -> None:
    asked = request(("api-key", "one"), query="?x=1&subscription-key=wrong")
    assert ring(subscription()).admit(api(), asked, now=NOW) == Access(subscription())
    assert asked.url.query_string == "?x=1"
    asked = request(query="?Subscription-Key=one")
    assert ring(subscription()).admit(api(), asked, now=NOW) == Access(subscription())
    assert asked.url.query_string == ""


def test_wrong_header_is_not_mended_by_the_query() -> None:
    with pytest.raises(CallError):
        ring(subscription()).admit(
            api(), request(("api-key", "wrong"), query="?subscription-key=one"), now=NOW
        )


def test_empty_header_counts_as_absent() -> None:
    asked = request(("api-key", ""), query="?subscription-key=one")
    assert ring(subscription()).admit(api(), asked, now=NOW) == Access(subscription())


def test_bearer_is_a_key_only_where_the_api_says_so() -> None:
    asked = request(("Authorization", "bearer one"))
    bearer = api(accept_bearer_key=True)
    assert ring(subscription(), apis=(bearer,)).admit(bearer, asked, now=NOW) == Access(
        subscription()
    )
    asked.drop_caller_key()
    assert "authorization" not in asked.headers
    with pytest.raises(CallError) as caught:
        ring(subscription()).admit(api(), request(("Authorization", "Bearer one")), now=NOW)
    assert caught.value.reason == "SubscriptionKeyNotFound"


def test_key_in_its_header_leaves_the_bearer_token_alone() -> None:
    bearer = api(accept_bearer_key=True)
    asked = request(("Authorization", "Bearer jwt"), ("api-key", "one"))
    ring(subscription(), apis=(bearer,)).admit(bearer, asked, now=NOW)
    asked.drop_caller_key()
    assert asked.headers.get("Authorization") == "Bearer jwt"


def test_bearer_that_is_no_key_is_refused_only_where_a_key_is_needed() -> None:
    needless = api(accept_bearer_key=True, subscription_required=False)
    asked = request(("Authorization", "Bearer jwt"))
    assert ring(apis=(needless,)).admit(needless, asked, now=NOW) == Access()
    assert asked.headers.get("Authorization") == "Bearer jwt"
    bearer = api(accept_bearer_key=True)
    with pytest.raises(CallError) as caught:
        ring(apis=(bearer,)).admit(bearer, request(("Authorization", "Bearer jwt")), now=NOW)
    assert caught.value.reason == "SubscriptionKeyInvalid"


def test_bearer_that_is_a_key_is_honoured_where_none_is_needed() -> None:
    needless = api(accept_bearer_key=True, subscription_required=False)
    asked = request(("Authorization", "Bearer one"))
    keys = ring(subscription(), apis=(needless,))
    assert keys.admit(needless, asked, now=NOW) == Access(subscription())
    asked.drop_caller_key()
    assert asked.headers.items == []


def test_other_authorization_schemes_are_no_key() -> None:
    bearer = api(accept_bearer_key=True)
    with pytest.raises(CallError) as caught:
        ring(apis=(bearer,)).admit(bearer, request(("Authorization", "Basic one")), now=NOW)
    assert caught.value.reason == "SubscriptionKeyNotFound"


@pytest.mark.parametrize(
    ("headers", "reason", "message"),
    [
        (
            (),
            "SubscriptionKeyNotFound",
            "Access denied due to missing subscription key. Make sure to include subscription key "
            "when making requests to an API.",
        ),
        (
            (("api-key", "wrong"),),
            "SubscriptionKeyInvalid",
            "Access denied due to invalid subscription key. Make sure to provide a valid key for "
            "an active subscription.",
        ),
    ],
)
def test_refusal_reads_as_in_azure(
    headers: tuple[tuple[str, str], ...], reason: str, message: str
) -> None:
    with pytest.raises(CallError) as caught:
        ring().admit(api(), request(*headers), now=NOW)
    error = caught.value
    assert (error.status, error.source, error.reason) == (401, "authorization", reason)
    assert error.message == message
    challenge = (
        'AzureApiManagementKey realm="https://gateway.example/a",name="api-key",type="header"'
    )
    assert error.headers == (("WWW-Authenticate", challenge),)


def test_host_cannot_close_the_realm() -> None:
    asked = request()
    asked.original_url.host = 'a",name="x\\'
    with pytest.raises(CallError) as caught:
        ring().admit(api(), asked, now=NOW)
    assert 'realm="https://a%22,name=%22x%5C/a"' in caught.value.headers[0][1]


@pytest.mark.parametrize(
    ("query", "value", "left"),
    [
        ("?k=1", "1", ""),
        ("?a=%20+&k=x%2By+z&b", "x+y z", "?a=%20+&b"),
        ("?K=1&k=2&a", "1", "?a"),
        ("?%6B=1&a=%zz", "1", "?a=%zz"),
        ("?kk=1&a=k", None, "?kk=1&a=k"),
        ("?a=%6B", None, "?a=%6B"),
        ("?k", "", ""),
        ("?&&k=1&", "1", "?&&"),
    ],
)
def test_key_leaves_the_query_without_touching_the_rest(
    query: str, value: str | None, left: str
) -> None:
    url = Url("https", "gateway.example", 443, "/", query)
    assert take_query(url, "k") == value
    assert url.query_string == left
