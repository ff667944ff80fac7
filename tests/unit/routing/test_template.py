from __future__ import annotations

import pytest

from headgate.routing.template import SEGMENTS_MAX, TemplateError, parse_template


def test_literals_are_decoded_and_lowered() -> None:
    assert [s.literals for s in parse_template("/Chat/a%20B").segments] == [("chat",), ("a b",)]


@pytest.mark.parametrize("text", ["", "/", "//"])
def test_template_may_be_empty(text: str) -> None:
    assert parse_template(text).segments == ()


@pytest.mark.parametrize(("text", "rest"), [("/*", ""), ("/a/*", ""), ("/a/{*path}", "path")])
def test_wildcard_stands_for_the_rest(text: str, rest: str) -> None:
    assert parse_template(text).rest == rest


def test_query_is_required_with_literal_or_capture() -> None:
    template = parse_template("/a?Api-Version={v}&kind=x%20y")
    assert template.query == (("api-version", None, "v"), ("kind", "x y", ""))


@pytest.mark.parametrize(
    "text",
    [
        "/a//b",
        "/{}",
        "/{id",
        "/id}",
        "/{a}{b}",
        "/a*",
        "/*/a",
        "/{*a}/b",
        "/{*}",
        "/{a b}",
        "/{id}/{id}",
        "/{id}?x={id}",
        "/a?x",
        "/a?x={",
        "/a?x={a b}",
        "/a?={a}",
        "/a#b",
        "/a/../b",
        "/%2e%2E/b",
        "/a" * (SEGMENTS_MAX + 1),
    ],
)
def test_template_that_nothing_could_match_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        parse_template(text)


def test_deepest_template_is_accepted() -> None:
    assert len(parse_template("/a" * SEGMENTS_MAX).segments) == SEGMENTS_MAX


@pytest.mark.parametrize(
    ("template", "segment", "values"),
    [
        ("{name}.json", "a.json", ("a",)),
        ("{name}.json", "A.JSON", ("A",)),
        ("{name}.json", ".json", None),
        ("{name}.json", "a.jsonx", None),
        ("{a}-{b}", "1-2-3", ("1", "2-3")),
        ("{a}-{b}", "-2", None),
        ("{a}-{b}", "1-", None),
        ("x{a}x", "xx", None),
        ("x{a}x", "xyx", ("y",)),
        ("x{a}x", "x", None),
        ("{a}İ", "aİ", None),
    ],
)
def test_mixture_captures_at_least_one_character(
    template: str, segment: str, values: tuple[str, ...] | None
) -> None:
    (parsed,) = parse_template(template).segments
    assert parsed.capture(segment) == values


def test_names_do_not_make_a_shape() -> None:
    assert parse_template("/a/{b}?x={y}").shape == parse_template("/A/{c}?X={z}").shape
    assert parse_template("/a/{b}").shape != parse_template("/a/*").shape
