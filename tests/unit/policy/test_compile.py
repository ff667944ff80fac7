from __future__ import annotations

from typing import Any

import pytest

from headgate.model.diagnostic import Diagnostic
from headgate.model.entities import NamedValue, PolicySource
from headgate.policy.compile import (
    BASE,
    STAGES,
    CompiledDocument,
    Scope,
    compile_document,
    scan_document,
)
from headgate.policy.elements import discover
from headgate.policy.plan import Step
from headgate.policy.surroundings import Surroundings
from headgate.testing.playbook import make_context

SET = '<set-variable name="a" value="1" />'


def source(text: str, file: str = "f") -> PolicySource:
    return PolicySource(file=file, text=text)


def compiled(
    text: str, *, scope: Scope = "api", fragments: dict[str, str] | None = None, **options: Any
) -> tuple[CompiledDocument | None, list[Diagnostic]]:
    surroundings = Surroundings(
        registry=discover(),
        fragments={name: source(value, name) for name, value in (fragments or {}).items()},
        **options,
    )
    return compile_document(source(text), scope=scope, surroundings=surroundings)


def document(text: str, **options: Any) -> CompiledDocument:
    result, found = compiled(text, **options)
    assert result is not None, found
    return result


def codes(text: str, **options: Any) -> list[str]:
    return [found.code for found in compiled(text, **options)[1]]


def inbound(xml: str) -> str:
    return f"<policies><inbound>{xml}</inbound></policies>"


def test_sections_hold_their_steps_and_missing_ones_are_absent() -> None:
    result = document(f"<policies><inbound>{SET}<base/>{SET}</inbound><outbound/></policies>")
    assert set(result.sections) == {"inbound", "outbound"}
    first, base, last = result.sections["inbound"]
    assert base is BASE
    assert isinstance(first, Step)
    assert isinstance(last, Step)
    assert (first.where.path, last.where.path) == ("set-variable[1]", "set-variable[2]")
    assert result.sections["outbound"] == ()
    assert result.is_complete


def test_base_has_no_effect_in_the_document_of_all_apis() -> None:
    assert document(inbound("<base/>"), scope="global").sections["inbound"] == ()


BROKEN = [
    ("", "HG103"),
    ("<fragment/>", "HG120"),
    ("<policies><inbuond/></policies>", "HG121"),
    ("<policies><inbound/><inbound/></policies>", "HG122"),
    ("<policies x='y'/>", "HG123"),
    ("<policies>x</policies>", "HG123"),
    ("<policies><inbound x='y'/></policies>", "HG123"),
    (inbound("x"), "HG123"),
    (inbound("<base/><base/>"), "HG125"),
    (inbound("<base x='y'/>"), "HG141"),
    (inbound("<include-fragment/>"), "HG142"),
    (inbound("<include-fragment fragment-id='@(1)'/>"), "HG146"),
    (inbound("<include-fragment fragment-id='x'/>"), "HG180"),
    (inbound("<set-variable name='{{x}}' value='1'/>"), "HG182"),
]


@pytest.mark.parametrize(("text", "code"), BROKEN)
def test_what_is_wrong_is_found(text: str, code: str) -> None:
    result, found = compiled(text)
    assert result is None
    assert [diagnostic.code for diagnostic in found] == [code]


def test_all_sections_are_checked_in_one_run() -> None:
    text = "<policies><inbound><a/></inbound><outbound><b/></outbound><c/></policies>"
    assert codes(text) == ["HG140", "HG140", "HG121"]


def test_fragment_stands_where_it_is_included() -> None:
    text = inbound(f"{SET}<include-fragment fragment-id='one'/>{SET}")
    result = document(text, fragments={"one": f"<fragment>\n{SET}</fragment>"})
    steps = [step for step in result.sections["inbound"] if isinstance(step, Step)]
    places = [(step.where.file, step.where.line, step.where.path) for step in steps]
    assert places == [
        ("f", 1, "set-variable[1]"),
        ("one", 2, "set-variable[2]"),
        ("f", 1, "set-variable[3]"),
    ]


def test_fragment_may_be_included_twice_and_within_elements() -> None:
    include = "<include-fragment fragment-id='one'/>"
    when = f"<choose><when condition='@(true)'>{include}{include}</when></choose>"
    result = document(inbound(include + when), fragments={"one": f"<fragment>{SET}</fragment>"})
    assert len(result.sections["inbound"]) == 2


@pytest.mark.parametrize(
    ("fragment", "code"),
    [
        ("<fragment><base/></fragment>", "HG124"),
        ("<fragment><include-fragment fragment-id='one'/></fragment>", "HG181"),
        ("<policies/>", "HG120"),
        ("<fragment>x</fragment>", "HG123"),
        ("<fragment>", "HG106"),
        ("<fragment><forward-request/></fragment>", "HG147"),
        ("<fragment><set-variable name='{{x}}' value=''/></fragment>", "HG182"),
    ],
)
def test_what_is_wrong_in_a_fragment_is_found_in_its_file(fragment: str, code: str) -> None:
    text = inbound("<include-fragment fragment-id='one'/>")
    result, found = compiled(text, fragments={"one": fragment})
    assert result is None
    assert [(d.code, d.file) for d in found] == [(code, "one")]


def test_fragment_is_checked_on_its_own() -> None:
    assert codes("<fragment><forward-request/></fragment>", scope="fragment") == []
    assert codes("<policies/>", scope="fragment") == ["HG120"]
    assert codes("<fragment><base/></fragment>", scope="fragment") == ["HG124"]
    nested = "<fragment><include-fragment fragment-id='x'/></fragment>"
    assert codes(nested, scope="fragment") == ["HG181"]


def test_named_value_may_be_an_expression_and_a_part_of_one() -> None:
    values = {
        "e": NamedValue(id="e", name="e", value="@(1 + 1)"),
        "n": NamedValue(id="n", name="n", value="40"),
    }
    text = inbound(
        "<set-variable name='a' value='{{e}}'/><set-variable name='b' value='@({{n}} + 2)'/>"
    )
    context = make_context()
    for step in document(text, named_values=values).sections["inbound"]:
        assert isinstance(step, Step)
        assert step.apply is not None
        step.apply(context)
    assert context.variables == {"a": 2, "b": 42}


def test_fragment_id_may_be_a_named_value() -> None:
    values = {"n": NamedValue(id="n", name="n", value="one")}
    text = inbound("<include-fragment fragment-id='{{n}}'/>")
    result = document(text, named_values=values, fragments={"one": f"<fragment>{SET}</fragment>"})
    assert len(result.sections["inbound"]) == 1


def test_secret_never_shows_in_findings() -> None:
    # Long, and with what a quotation escapes: it would not be known in a part of itself.
    secret = "hush\t\\" + 80 * "x"
    values = {"s": NamedValue(id="s", name="s", value=secret, secret=True)}
    texts = [
        "<set-header name='{{s}}' exists-action='delete'/>",
        "<set-variable name='a' value='@({{s}})'/>",
        "<set-header name='a' exists-action='{{s}}'/>",
        "<include-fragment fragment-id='{{s}}'/>",
        "<forward-request timeout='{{s}}'/>",
    ]
    for text in texts:
        policies = f"<policies><backend>{text}</backend></policies>"
        result, found = compiled(policies, named_values=values)
        assert result is None
        assert "hush" not in "".join(map(str, found))


def test_missing_named_values_may_be_allowed() -> None:
    text = inbound(
        "<set-variable name='a' value='@({{x}})'/><set-header name='a' exists-action='{{x}}'/>"
    )
    result, found = compiled(text, allow_missing_named_values=True)
    assert result is not None
    assert not result.is_complete
    assert [(d.code, d.severity) for d in found] == [("HG182", "warning")] * 2


def test_given_variables_come_before_named_values() -> None:
    values = {"n": NamedValue(id="n", name="n", value="not a number")}
    text = "<policies><backend><forward-request timeout='{{n}}'/></backend></policies>"
    assert codes(text, named_values=values) == ["HG143"]
    assert codes(text, named_values=values, variables={"n": "3"}) == []


def test_document_that_stands_alone_may_miss_fragments() -> None:
    text = inbound("<include-fragment fragment-id='x'/>")
    result, found = compiled(text, stands_alone=True)
    assert result is not None
    assert not result.is_complete
    assert [(d.code, d.severity) for d in found] == [("HG180", "warning")]


def test_deepest_document_that_scans_also_compiles() -> None:
    levels = 48
    opening = "<choose><when condition='@(true)'>" * levels
    closing = "</when></choose>" * levels
    assert codes(inbound(opening + SET + closing)) == []


def test_stages_begin_with_the_text_and_have_reasons() -> None:
    assert STAGES[0][0] is scan_document
    assert all(reason.endswith(".") for _, reason in STAGES)
