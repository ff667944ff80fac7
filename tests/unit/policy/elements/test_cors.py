from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.model.context import Context
from headgate.model.messages import Response
from headgate.policy.cross_origin import CrossOrigin
from headgate.policy.plan import ResponseReturned
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

APP = "https://app.example"


def cors(
    attributes: str = "",
    origins: str = f"<origin>{APP}/</origin>",
    methods: str = "",
    rest: str = "",
) -> str:
    return (
        f"<cors {attributes}><allowed-origins>{origins}</allowed-origins>{methods}"
        f"<allowed-headers><header>X-A</header></allowed-headers>{rest}</cors>"
    )


def ran(xml: str, origin: str | None = APP, method: str = "GET") -> Context:
    """Return the context of a call that went on."""
    context = make_context(method, headers={} if origin is None else {"Origin": origin})
    Playbook(compile_element(xml), context).run()
    return context


def answered(
    xml: str, origin: str = APP, method: str = "GET", headers: str = ""
) -> Response | None:
    """Return the answer to a preflight."""
    context = make_context(
        "OPTIONS",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": headers,
        },
    )
    step = compile_element(xml)
    assert step.preflight is not None
    return step.preflight(context)


def test_a_call_of_an_allowed_origin_is_marked() -> None:
    context = ran(cors(rest="<expose-headers><header>x-r</header></expose-headers>"))
    assert context.owners[CrossOrigin] == CrossOrigin(
        origin=APP, credentials=False, exposed=("x-r",)
    )


def test_credentials_and_origins_may_be_expressions() -> None:
    xml = cors(
        'allow-credentials="@(context.Request.Method == "GET")"',
        origins='<origin>@("https://" + "app.example")</origin>',
    )
    assert ran(xml).owners[CrossOrigin].credentials is True


def test_any_origin_is_told_so() -> None:
    context = ran(cors(origins="<origin>*</origin>"), "https://other.example")
    assert context.owners[CrossOrigin].origin == "*"


def test_a_call_without_an_origin_is_no_matter() -> None:
    assert CrossOrigin not in ran(cors(), None).owners


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_unknown_origin_ends_a_simple_call(method: str) -> None:
    context = make_context(method, headers={"Origin": "https://other.example"})
    with pytest.raises(ResponseReturned):
        Playbook(compile_element(cors()), context).run()
    assert context.response is not None
    assert (context.response.status, list(context.response.headers)) == (200, [])


@pytest.mark.parametrize(
    ("method", "attributes"), [("POST", ""), ("GET", 'terminate-unmatched-request="false"')]
)
def test_an_unknown_origin_goes_on_unmarked_otherwise(method: str, attributes: str) -> None:
    context = ran(cors(attributes), "https://other.example", method)
    assert CrossOrigin not in context.owners


def test_the_first_element_that_knows_the_origin_counts() -> None:
    first = CrossOrigin(origin=APP, credentials=True)
    context = make_context(headers={"Origin": APP})
    context.owners[CrossOrigin] = first
    Playbook(compile_element(cors()), context).run()
    assert context.owners[CrossOrigin] is first


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_methods_a_preflight_may_ask_for_get_and_post(method: str) -> None:
    response = answered(cors(), method=method, headers="x-a")
    assert response is not None
    assert dict(response.headers) == {
        "Access-Control-Allow-Origin": APP,
        "Vary": "Origin",
        "Access-Control-Allow-Methods": "GET,POST",
        "Access-Control-Allow-Headers": "x-a",
    }


def test_methods_and_how_long_to_remember() -> None:
    methods = (
        '<allowed-methods preflight-result-max-age="@(100 + 200)">'
        "<method>put</method></allowed-methods>"
    )
    response = answered(cors(methods=methods), method="PUT")
    assert response is not None
    assert response.headers.get("Access-Control-Allow-Methods") == "PUT"
    assert response.headers.get("Access-Control-Max-Age") == "300"


UNMATCHED = [("https://other.example", "GET", ""), (APP, "PUT", ""), (APP, "GET", "x-b")]


@pytest.mark.parametrize(("origin", "method", "headers"), UNMATCHED)
def test_what_does_not_match_ends_with_an_empty_answer(
    origin: str, method: str, headers: str
) -> None:
    response = answered(cors(), origin, method, headers)
    assert response is not None
    assert (response.status, list(response.headers)) == (200, [])


@pytest.mark.parametrize(("origin", "method", "headers"), UNMATCHED)
def test_what_does_not_match_may_be_left_to_others(origin: str, method: str, headers: str) -> None:
    xml = cors('terminate-unmatched-request="@(false)"')
    assert answered(xml, origin, method, headers) is None


def test_an_element_without_headers_allows_none() -> None:
    xml = f"<cors><allowed-origins><origin>{APP}</origin></allowed-origins></cors>"
    allowed, refused = answered(xml), answered(xml, headers="x-a")
    assert allowed is not None
    assert refused is not None
    assert "Access-Control-Allow-Origin" in allowed.headers
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_an_expression_that_fails_is_not_swallowed() -> None:
    with pytest.raises(DotNetError):
        answered(
            cors(origins="<origin>@(context.Variables[&quot;x&quot;] + &quot;&quot;)</origin>")
        )


@pytest.mark.parametrize(
    ("xml", "codes"),
    [
        ("<cors />", ["HG149"]),
        ("<cors><allowed-origins /></cors>", ["HG149"]),
        (cors(methods="<allowed-methods />"), ["HG149"]),
        (cors(rest="<expose-headers />"), ["HG149"]),
        (cors() * 2, ["HG154"]),
    ],
)
def test_documents_are_checked_at_load(xml: str, codes: list[str]) -> None:
    assert diagnose(xml) == codes
