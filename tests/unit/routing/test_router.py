from __future__ import annotations

import pytest

from headgate.model.entities import Api, Operation
from headgate.routing.router import RECENT_MAX, Match, NoMatch, Router, prefixes


def api(path: str, *operations: str, api_id: str = "", **more: object) -> Api:
    """Return an API whose operations are `METHOD template` and have that for an id."""
    found = tuple(
        Operation(id=text, name=text, method=text.split()[0], url_template=text.split()[1])
        for text in operations
    )
    return Api(id=api_id or path, name=path, path=path, operations=found, **more)  # type: ignore[arg-type]  # the keywords of a struct


def matched(router: Router, request: str) -> Match:
    method, url = request.split()
    path, mark, query = url.partition("?")
    found = router.match(method, path, query_string=mark + query)
    assert isinstance(found, Match), found
    return found


def missed(router: Router, request: str) -> str:
    method, url = request.split()
    path, mark, query = url.partition("?")
    found = router.match(method, path, query_string=mark + query)
    assert isinstance(found, NoMatch), found
    return found.reason


CHAT = "POST /deployments/{deployment-id}/chat/completions"


def test_azure_openai_call_finds_operation_and_deployment() -> None:
    found = matched(
        Router([api("openai", CHAT)]), "POST /openai/deployments/gpt-4o/chat/completions"
    )
    assert found.operation.id == CHAT
    assert found.parameters == {"deployment-id": "gpt-4o"}
    assert found.remainder == "/deployments/gpt-4o/chat/completions"


def test_longest_api_path_wins_even_if_it_lacks_the_operation() -> None:
    router = Router([api("shop", "GET /orders/v2"), api("shop/orders", "GET /v1")])
    assert matched(router, "GET /shop/orders/v1").api.id == "shop/orders"
    assert missed(router, "GET /shop/orders/v2") == "operation"


def test_api_paths_compare_by_segments() -> None:
    router = Router([api("shop", "GET /*"), api("", "GET /*", api_id="root")])
    assert matched(router, "GET /shop").api.id == "shop"
    assert matched(router, "GET /shopping").api.id == "root"
    assert matched(router, "GET /").api.id == "root"


def test_without_an_api_for_the_rest_nothing_matches() -> None:
    assert missed(Router([api("shop", "GET /*")]), "GET /other") == "api"


def test_prefix_between_two_api_paths_belongs_to_the_shorter() -> None:
    router = Router([api("a", "GET /*"), api("a/b/c", "GET /*")])
    found = matched(router, "GET /a/b/x")
    assert (found.api.id, found.remainder) == ("a", "/b/x")


@pytest.mark.parametrize(
    ("request_line", "operation"),
    [
        ("GET /x/orders/new", "GET /orders/new"),
        ("GET /x/orders/7.json", "GET /orders/{id}.json"),
        ("GET /x/orders/7", "GET /orders/{id}"),
        ("GET /x/orders/7/lines", "GET /orders/*"),
        ("GET /x/else", "GET /*"),
        ("PUT /x/orders/7", "PUT /orders/7"),
        ("PATCH /x/orders/7", "* /orders/{id}"),
        ("DELETE /x/orders/new", "* /orders/{id}"),
    ],
)
def test_most_specific_operation_wins_in_any_order(request_line: str, operation: str) -> None:
    operations = [
        "GET /*",
        "GET /orders/*",
        "* /orders/{id}",
        "GET /orders/{id}",
        "GET /orders/{id}.json",
        "GET /orders/new",
        "PUT /orders/7",
    ]
    for order in (operations, operations[::-1]):
        assert matched(Router([api("x", *order)]), request_line).operation.id == operation


def test_longer_literals_of_mixtures_go_first() -> None:
    router = Router([api("x", "GET /{a}.json", "GET /{a}.min.json")])
    assert matched(router, "GET /x/q.min.json").operation.id == "GET /{a}.min.json"


def test_way_that_leads_nowhere_is_given_up() -> None:
    router = Router([api("x", "GET /a/{b}/c", "GET /{a}/d/e", "GET /{a}.z/d/f")])
    assert matched(router, "GET /x/a/d/e").parameters == {"a": "a"}
    assert matched(router, "GET /x/q.z/d/e").parameters == {"a": "q.z"}
    assert matched(router, "GET /x/q.z/d/f").parameters == {"a": "q"}


def test_other_method_is_told_apart_from_no_operation() -> None:
    router = Router([api("x", "POST /a")])
    assert missed(router, "GET /x/a") == "method"
    assert missed(router, "HEAD /x/a") == "method"
    assert missed(router, "GET /x/b") == "operation"


def test_literals_compare_without_case_and_decoded() -> None:
    router = Router([api("Shop/Ünder", "GET /Orders/a%20b")])
    assert matched(router, "GET /SHOP/%c3%bcnder/oRDERS/a%20B").api.id == "Shop/Ünder"


def test_captured_values_keep_case_and_are_decoded() -> None:
    router = Router([api("x", "GET /{a}/{b}.json")])
    assert matched(router, "GET /x/Ab%2Fc/D%20e.JSON").parameters == {"a": "Ab/c", "b": "D e"}


def test_encoded_slash_does_not_separate_segments() -> None:
    router = Router([api("x", "GET /{a}"), api("x/y", "GET /*")])
    assert matched(router, "GET /x/y%2Fz").api.id == "x"
    assert missed(router, "GET /x%2Fy") == "api"


def test_remainder_is_forwarded_as_it_came() -> None:
    router = Router([api("a b", "GET /*")])
    assert matched(router, "GET /A%20b/c%2Fd//e/").remainder == "/c%2Fd//e/"


@pytest.mark.parametrize("path", ["/x/a", "/x/a/"])
def test_slash_at_the_end_changes_nothing_but_the_remainder(path: str) -> None:
    found = matched(Router([api("x", "GET /{id}")]), f"GET {path}")
    assert (found.parameters, found.remainder) == ({"id": "a"}, path[2:])


def test_root_of_an_api_matches_empty_template_and_wildcard() -> None:
    assert matched(Router([api("x", "GET /")]), "GET /x").remainder == ""
    assert matched(Router([api("x", "GET /")]), "GET /x/").remainder == "/"
    assert matched(Router([api("x", "GET /*")]), "GET /x").remainder == ""


def test_empty_segment_is_matched_by_wildcards_only() -> None:
    router = Router([api("x", "GET /{a}/b", "GET /c/*")])
    assert missed(router, "GET /x//b") == "operation"
    assert missed(router, "GET //x/a/b") == "api"
    assert matched(router, "GET /x/c//b").operation.id == "GET /c/*"


def test_named_rest_is_captured_also_below_the_deepest_template() -> None:
    router = Router([api("x", "GET /files/{*path}")])
    assert matched(router, "GET /x/files").parameters == {"path": ""}
    assert matched(router, "GET /x/files/a/b%20c/d/e/f").parameters == {"path": "a/b c/d/e/f"}


def test_query_of_a_template_is_required_and_captured() -> None:
    router = Router([api("x", "GET /a?Api-Version={v}")])
    assert missed(router, "GET /x/a") == "operation"
    assert matched(router, "GET /x/a?b=1&api-version=2024%2d06&api-version=2").parameters == {
        "v": "2024-06"
    }


def test_operation_that_requires_more_of_the_query_goes_first() -> None:
    router = Router([api("x", "GET /a", "GET /a?kind=b", "GET /a?kind=b&size={s}")])
    assert matched(router, "GET /x/a?kind=c").operation.id == "GET /a"
    assert matched(router, "GET /x/a?kind=b").operation.id == "GET /a?kind=b"
    assert matched(router, "GET /x/a?size=1&kind=b").parameters == {"s": "1"}


@pytest.mark.parametrize("path", ["", "*", "x/a", "/x/../y/a", "/x/%2e%2e/a"])
def test_path_that_is_none_or_climbs_matches_nothing(path: str) -> None:
    assert Router([api("", "GET /*"), api("x", "GET /*")]).match("GET", path) == NoMatch("path")


def test_revision_answers_at_its_own_path() -> None:
    router = Router(
        [
            api("x", "GET /*", api_id="now", revision="2"),
            api("x", "GET /*", api_id="old", revision="1", is_current=False),
        ]
    )
    assert matched(router, "GET /x/a").api.id == "now"
    assert matched(router, "GET /x;rev=2/a").api.id == "now"
    assert matched(router, "GET /x;rev=1/a").api.id == "old"


@pytest.mark.parametrize(
    ("path", "version", "expected"),
    [("a/b", "v1", "a/b/v1"), ("", "v1", "v1"), ("/a/", None, "a"), ("A", "V1", "a/v1")],
)
def test_version_in_the_path_is_part_of_the_prefix(
    path: str, version: str | None, expected: str
) -> None:
    entity = api(path, version=version, version_in_path=True)
    assert prefixes(entity) == (expected, f"{expected};rev=1")


def test_matches_are_kept_and_forgotten_in_bounds() -> None:
    router = Router([api("x", "GET /{id}")])
    first = router.match("GET", "/x/0")
    assert router.match("GET", "/x/0") is first
    for number in range(RECENT_MAX + 1):
        router.match("GET", f"/x/{number}")
    assert router.match("GET", "/x/0") is not first
    assert router.match("GET", "/x/0") == first
    long = "/x/" + "a" * 1000
    assert router.match("GET", long) is not router.match("GET", long)
