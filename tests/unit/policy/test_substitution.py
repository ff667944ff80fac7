from __future__ import annotations

from headgate.model.entities import NamedValue
from headgate.policy.findings import Findings
from headgate.policy.node import Node
from headgate.policy.scanner import scan
from headgate.policy.substitution import substitute
from headgate.policy.surroundings import Surroundings

VALUES = {
    "n": NamedValue(id="1", name="n", value="12345678"),
    "s": NamedValue(id="2", name="s", value="hush", secret=True),
    "nested": NamedValue(id="3", name="nested", value="{{n}}"),
}


def substituted(text: str, *, allow: bool = False) -> tuple[Node, Findings]:
    root, found = scan(text, "f")
    assert root is not None, found
    findings = Findings()
    surroundings = Surroundings(
        registry={},
        named_values=VALUES,
        variables={"v": "given", "s2": "x"},
        allow_missing_named_values=allow,
    )
    substitute(root, surroundings, findings=findings)
    return root, findings


def attribute(value: str) -> str:
    root, findings = substituted(f"<a b='{value}'/>")
    assert findings.listed() == []
    return root.attributes["b"].text.value


def test_reference_is_replaced_wherever_it_stands() -> None:
    assert attribute("{{n}}") == "12345678"
    assert attribute("x{{ n }}y{{v}}z") == "x12345678ygivenz"
    assert attribute('@("{{n}}")') == '@("12345678")'


def test_placeholders_are_replaced_where_a_value_is_given() -> None:
    assert attribute("{v}{n}{ v }") == "given{n}{ v }"


def test_values_are_not_read_again() -> None:
    assert attribute("{{nested}}") == "{{n}}"


def test_text_of_nested_elements_is_replaced() -> None:
    root, _ = substituted("<a><b>{{n}}</b></a>")
    text = root.children[0].text
    assert text is not None
    assert text.value == "12345678"


def test_braces_that_hold_no_name_stay() -> None:
    assert attribute("{{ }} {{a b}} {n}") == "{{ }} {{a b}} {n}"


def test_unknown_name_is_reported_where_it_stands() -> None:
    root, findings = substituted("<a b='&lt; {{n}} {{nn}}'/>")
    (found,) = findings.listed()
    assert (found.code, found.column, found.severity) == ("HG182", 18, "error")
    assert found.hint == "Did you mean `n`?"
    assert root.attributes["b"].text.unresolved


def test_unknown_name_alone_is_marked() -> None:
    root, findings = substituted("<a b='{{x}}'/>", allow=True)
    assert root.attributes["b"].text.unresolved
    assert [found.severity for found in findings.listed()] == ["warning"]


def test_liquid_keeps_what_it_does_not_know() -> None:
    root, findings = substituted('<a template="liquid">{{n}} {{body.x}}</a>')
    assert root.text is not None
    assert (root.text.value, root.text.unresolved) == ("12345678 {{body.x}}", False)
    assert findings.listed() == []


def test_what_a_liquid_template_holds_is_liquid_too() -> None:
    root, findings = substituted('<a template="liquid"><b c="{{x}}">{{n}} {{y}}</b></a>')
    text = root.children[0].text
    assert text is not None
    assert text.value == "12345678 {{y}}"
    assert findings.listed() == []


def test_secret_is_marked_and_shown_as_its_reference() -> None:
    root, _ = substituted("<a b='{{s}}!' c='{{n}}'/>")
    text = root.attributes["b"].text
    assert (text.value, text.shown, text.secret) == ("hush!", "{{s}}!", True)
    assert not root.attributes["c"].text.secret


def test_places_behind_a_replaced_reference_are_right() -> None:
    root, _ = substituted("<a b='&lt;{{n}}&gt;x{{v}}y'/>")
    text = root.attributes["b"].text
    assert text.value == "<12345678>xgiveny"
    columns = [text.place(at)[1].column for at in (0, 1, 9, 10, 11, 16)]
    assert columns == [7, 11, 16, 20, 21, 26]
