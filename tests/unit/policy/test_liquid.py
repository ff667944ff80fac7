from __future__ import annotations

import json
from typing import Any

import pytest

from headgate.csharp.runtime.jsontree import wrap
from headgate.model.context import Context
from headgate.policy.liquid import Template, TemplateError
from headgate.testing.playbook import make_context, make_response

JSON = b'{"a": {"b": [1, 2, {"c": null}]}, "d": "2026-01-02T03:04:05Z", "t": true, "n": "x"}'
XML = (
    b'<s:Envelope xmlns:s="u"><s:Body><v a="1">x</v>'
    b'<n xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>'
    b"<i>1</i><i>2</i><!-- no --></s:Body></s:Envelope>"
)


def call(body: bytes = JSON, media_type: str = "application/json", **variables: Any) -> Context:
    headers = {"Content-Type": media_type, "b": "2"}
    return make_context(
        "POST", "https://g.example/p?x=1&x=2", headers=headers, body=body, variables=variables
    )


def filled(text: str, context: Context | None = None, **options: Any) -> str:
    context = context or call()
    return Template(text, **options).fill(context, context.request).decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{body.n}} {{body['a'].b[0]}} {{body.a.b.size}} {{body.t}}", "x 1 3 true"),
        ("{{body.a}}", '{"b":[1,2,{"c":null}]}'),
        ("[{{body.none}}{{body.a.none.at.all}}]", "[]"),
        ("{% if body.t %}yes{% else %}no{% endif %}", "yes"),
        ("{% for one in body.a.b limit: 2 %}{{one | Times: 2}},{% endfor %}", "2,4,"),
        ("{{body.n | Upcase}}{{body.n | upcase}}{{body.n | Append: 'y'}}", "XXxy"),
        ("{{'a b c' | TruncateWords: 2}} {{7 | DividedBy: 2}}", "a b... 3"),
        ("{% raw %}{{x}}{% endraw %}{% comment %}y{% endcomment %}", "{{x}}"),
    ],
)
def test_templates_read_json_bodies(text: str, expected: str) -> None:
    assert filled(text) == expected


def test_dates_are_dates_unless_that_is_switched_off() -> None:
    assert filled("{{body.d}}") == "01/02/2026 03:04:05"
    assert filled("{{body.d}}", parse_dates=False) == "2026-01-02T03:04:05Z"
    assert filled("{{body.d | Date: 'yyyy-MM-dd'}}", parse_dates=False) == "2026-01-02"
    assert filled("{{'no date' | Date: 'yyyy'}}") == "no date"


def test_time_is_that_of_the_call() -> None:
    assert filled("{{now | Date: 'yyyy-MM-dd'}}") == "2025-12-01"


def test_xml_bodies_are_walked_by_local_names() -> None:
    context = call(XML, "text/xml; charset=utf-8")
    body = "body.Envelope.Body"
    assert (
        filled(f"{{{{{body}.v}}}} {{{{{body}.v['@a']}}}} {{{{{body}.i[1]}}}}", context) == "x 1 2"
    )
    nil = f"{{% if {body}.n == nil %}}nil{{% else %}}[{{{{{body}.n}}}}]{{% endif %}}"
    assert filled(nil, context) == "[]"
    assert filled(nil, context, nil="null") == "nil"


def test_context_has_request_answer_and_variables() -> None:
    context = call(v=1, s="S", o=wrap({"k": [1]}), nothing=None)
    context.response = make_response(404, headers={"h": "1"})
    names = (
        "Request.Method",
        "Request.Url.Path",
        "Request.Url.Query.x",
        "Request.Headers.b",
        "Variables['s']",
        "Variables.v | Plus: 1",
        "Variables.o.k[0]",
        "Response.StatusCode",
        "Response.Headers.h",
    )
    text = " ".join(f"{{{{context.{name}}}}}" for name in names)
    assert filled(text, context) == "POST /p 1,2 2 S 2 1 404 1"
    headers = "{% for one in context.Request.Headers %}{{one.Key}}:{{one.Value}};{% endfor %}"
    assert filled(headers, context) == "Content-Type:application/json;b:2;"


def test_body_is_read_only_where_the_template_asks_for_it() -> None:
    assert Template("{{body.a}}").reads_body
    assert Template("{% if body %}x{% endif %}").reads_body
    assert not Template("{{context.Request.Method}} body").reads_body


@pytest.mark.parametrize(
    "text",
    [
        "{{ body.a",
        "{% if %}",
        "{% nope %}",
        "{% include 'x' %}",
        "{% render 'x' %}",
        "{{ 1 | nope }}",
    ],
)
def test_templates_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(TemplateError) as caught:
        Template(text).fill(call(), call().request)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in (1..100000) %}x{% endfor %}",
        "{% for i in (1..200) %}{% for j in (1..200) %}x{% endfor %}{% endfor %}",
        "{% assign s = 'xxxxxxxxxxxxxxxx' %}"
        "{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}",
        "{% if true %}" * 60 + "{% endif %}" * 60,
    ],
)
def test_work_is_bounded(text: str) -> None:
    with pytest.raises(TemplateError):
        filled(text)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"{", "application/json"),
        (b"<a>", "application/xml"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]>', "text/xml"),
    ],
)
def test_body_that_is_not_what_it_says_is_an_error(body: bytes, media_type: str) -> None:
    with pytest.raises(TemplateError):
        filled("{{body.a}}", call(body, media_type))


def test_entities_of_xml_stay_unread() -> None:
    body = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
    assert filled("[{{body.a}}]", call(body, "text/xml")) == "[]"


def test_other_bodies_are_text() -> None:
    assert filled("{{body}}", call(b"hello", "text/plain")) == "hello"
    assert filled("{{body.a}}", call(b'{"a": 1}', "text/plain")) == "1"
    assert filled("[{{body}}]", call(b"")) == "[]"


@pytest.mark.parametrize("body", [b"[" * 1000 + b"]" * 1000, b'{"a":' * 900 + b"1" + b"}" * 900])
def test_body_that_is_nested_too_deeply_is_an_error(body: bytes) -> None:
    with pytest.raises(TemplateError):
        filled("{{ body }}", call(body))


@pytest.mark.parametrize("text", ["{{ body | Ceil }}", "{{ body | Round }}", "{{ body | Floor }}"])
def test_numbers_of_callers_that_filters_cannot_take_are_errors(text: str) -> None:
    with pytest.raises(TemplateError):
        filled(text, call(b'"1e400"'))


@pytest.mark.parametrize("name", ["Replace", "replace", "ReplaceFirst"])
def test_text_does_not_grow_by_the_product_of_what_callers_send(name: str) -> None:
    body = b'{"x": "%b", "y": "%b"}' % (b"a" * 100_000, b"b" * 5_000_000)
    with pytest.raises(TemplateError, match="too long"):
        filled(f"{{{{ body.x | {name}: 'a', body.y }}}}", call(body))


def test_texts_are_replaced() -> None:
    body = call(b'"a.b.c"')
    assert filled("{{ body | Replace: '.', '-' }}", body) == "a-b-c"
    assert filled("{{ body | ReplaceFirst: '.', '-' }}", body) == "a-b.c"
    assert filled("{{ body | Remove: '.' }}", body) == "abc"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("{{ body.a | Uniq | Size }}", {"a": list(range(20_000))}),
        ("{% for i in (1..9999) %}{{ body.a | Upcase | Size }}{% endfor %}", {"a": "x" * 100_000}),
        ("{{ (1..body.a) | Join: ',' }}", {"a": 10**9}),
        (
            "{% assign a = body.a %}{% for i in (1..40) %}{% assign a = a | Times: a %}"
            "{% endfor %}{{ a | Size }}",
            {"a": 9},
        ),
    ],
)
def test_work_of_filters_is_bounded(text: str, body: dict[str, Any]) -> None:
    with pytest.raises(TemplateError, match=r"too (much work|large)"):
        filled(text, call(json.dumps(body).encode()))


def test_each_filling_may_do_all_the_work() -> None:
    context = call(json.dumps({"a": "x" * 3_000_000}).encode())
    for _ in range(8):
        assert filled("{{ body.a | Upcase | Size }}", context) == "3000000"
