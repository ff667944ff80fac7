from __future__ import annotations

from typing import Any

import pytest

from headgate.model.clock import SECOND, Micros
from headgate.model.context import Context
from headgate.model.entities import Group, User
from headgate.model.facts import CacheAsked
from headgate.policy.caching import Wanted
from headgate.policy.effects import Cached, CacheLookup
from headgate.policy.plan import AnswerFound
from headgate.testing.playbook import (
    Playbook,
    compile_element,
    diagnose,
    make_context,
    make_response,
)

VARIES_BY_NOTHING = {"vary-by-developer": "false", "vary-by-developer-groups": "false"}


def element(children: str = "", **attributes: str) -> str:
    given = VARIES_BY_NOTHING | {k.replace("_", "-"): v for k, v in attributes.items()}
    written = " ".join(f'{name}="{value}"' for name, value in given.items())
    return f"<cache-lookup {written}>{children}</cache-lookup>"


def missed(xml: str, context: Context) -> Wanted | None:
    """Run an element that finds nothing; return what it wanted."""
    Playbook(compile_element(xml), context).expect(CacheLookup, None).run()
    assert context.facts == [CacheAsked("cache-lookup", "miss")]
    found: Wanted | None = context.owners.get(Wanted)
    return found


def key(xml: str, url: str = "https://gateway.example/things?a=1&b=2", **call: Any) -> str:
    """Return the key that is looked up for a call."""
    user = call.pop("user", None)
    context = make_context("GET", url, **call)
    context.user = user
    wanted = missed(xml, context)
    assert wanted is not None
    return wanted.key


def found(xml: str, *, left: int = 60, encoding: str = "identity") -> Context:
    """Run an element that finds an answer with given headers."""
    context = make_context(headers={"Accept-Encoding": "gzip"})
    answer = make_response(200, b"found", headers={"Content-Encoding": encoding})
    cached = Cached((answer, Micros(context.clock.now() + left * SECOND)))
    with pytest.raises(AnswerFound):
        Playbook(compile_element(xml), context).expect(CacheLookup, cached).run()
    assert context.response is answer
    assert Wanted not in context.owners
    assert context.facts == [CacheAsked("cache-lookup", "hit")]
    return context


def control(context: Context) -> str | None:
    assert context.response is not None
    return context.response.headers.get("Cache-Control")


def test_answer_that_is_there_is_the_answer() -> None:
    context = found(element())
    assert context.response is not None
    assert context.response.body is not None
    assert context.response.body.content == b"found"


def test_caches_downstream_hear_how_long_it_is_good() -> None:
    assert control(found(element())) == "no-store"
    public = element(downstream_caching_type="public")
    assert control(found(public, left=30)) == "public, max-age=30, must-revalidate"
    private = element(downstream_caching_type="@(&quot;private&quot;)", must_revalidate="false")
    assert control(found(private, left=30)) == "private, max-age=30"


def test_answer_that_is_not_there_is_wanted() -> None:
    xml = element(downstream_caching_type="public", must_revalidate="@(1 > 2)")
    wanted = missed(xml, make_context())
    assert wanted is not None
    assert (wanted.downstream, wanted.must_revalidate) == ("public", False)


def test_answer_in_an_encoding_that_the_caller_cannot_read_is_not_found() -> None:
    context = make_context()
    answer = make_response(200, b"", headers={"Content-Encoding": "gzip"})
    step = compile_element(element())
    Playbook(step, context).expect(CacheLookup, Cached((answer, Micros(0)))).run()
    assert context.response is None
    assert Wanted in context.owners
    found(element(), encoding="gzip")


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "DELETE"])
def test_only_get_is_looked_up(method: str) -> None:
    context = make_context(method)
    Playbook(compile_element(element()), context).run()
    assert Wanted not in context.owners


def test_private_requests_are_looked_up_only_if_allowed() -> None:
    context = make_context(headers={"Authorization": "Bearer x"})
    Playbook(compile_element(element()), context).run()
    assert Wanted not in context.owners
    xml = element(allow_private_response_caching="@(true)")
    assert missed(xml, context) is not None


def test_key_has_path_and_query_string() -> None:
    xml = element()
    assert key(xml) == key(xml)
    assert key(xml) != key(xml, "https://gateway.example/other?a=1&b=2")
    assert key(xml) != key(xml, "https://gateway.example/things?b=2&a=1")
    assert key(xml) != key(xml, "https://other.example/things?a=1&b=2")


def test_parameters_that_are_named_are_the_only_ones_that_count() -> None:
    base = "https://gateway.example/things"
    for children in (
        "<vary-by-query-parameter>A</vary-by-query-parameter>"
        "<vary-by-query-parameter>c</vary-by-query-parameter>",
        "<vary-by-query-parameter>a; c</vary-by-query-parameter>",
    ):
        xml = element(children)
        assert key(xml, f"{base}?a=1&b=2") == key(xml, f"{base}?b=3&a=1")
        assert key(xml, f"{base}?a=1") != key(xml, f"{base}?a=2")
        assert key(xml, f"{base}?a=1") != key(xml, f"{base}?a=1&c=")
        assert key(xml, f"{base}?a=1") != key(xml, f"{base}?a=1&a=2")


def test_headers_that_are_named_count() -> None:
    xml = element("<vary-by-header>Accept;X-A</vary-by-header>")
    plain = key(xml, headers={"Other": "1"})
    assert plain == key(xml)
    assert plain != key(xml, headers={"accept": "text/html"})
    assert plain != key(xml, headers={"x-a": ""})


def test_developers_have_answers_of_their_own() -> None:
    a, b = User(id="a"), User(id="b")
    assert key(element(), user=a) == key(element(), user=b)
    xml = element(vary_by_developer="@(true)")
    assert len({key(xml), key(xml, user=a), key(xml, user=b)}) == 3


def test_groups_of_developers_have_answers_of_their_own() -> None:
    x, y = Group(id="x", name="X"), Group(id="y", name="Y")
    a, b = User(id="a", groups=(x, y)), User(id="b", groups=(y, x))
    xml = element(vary_by_developer_groups="true")
    assert key(xml, user=a) == key(xml, user=b)
    assert len({key(xml), key(xml, user=a), key(xml, user=User(id="c", groups=(x,)))}) == 3


def test_it_stands_once() -> None:
    assert diagnose(element() + element())


def test_header_that_is_absent_is_not_one_that_says_so() -> None:
    xml = element("<vary-by-header>x</vary-by-header>")
    assert key(xml) != key(xml, headers={"x": "None"})
    assert key(xml) == key(xml, headers={"y": "None"})
