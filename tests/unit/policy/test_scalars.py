from __future__ import annotations

from typing import Any, Literal, cast

import pytest

from headgate.model.diagnostic import Diagnostic, Position
from headgate.policy.fields import Scalar, ScalarOptions
from headgate.policy.findings import Findings
from headgate.policy.scalars import UNKNOWN, ScalarReader, expected, relocate
from headgate.policy.surroundings import Surroundings
from headgate.policy.text import Source, Text
from headgate.policy.value import Value
from headgate.testing.playbook import make_context


def text(value: str, **marks: Any) -> Text:
    return Text(value, Source("f", value), pieces=[(0, 0)], **marks)


def read(annotation: Any, value: str | Text, **options: Any) -> tuple[Any, list[Diagnostic]]:
    findings = Findings()
    reader = ScalarReader(Surroundings(registry={}, backends={"Known"}), findings)
    scalar = Scalar(annotation, cast(ScalarOptions, options))
    source = value if isinstance(value, Text) else text(value)
    return reader.read(scalar, source, what="It"), findings.listed()


@pytest.mark.parametrize(
    ("annotation", "value", "options", "result"),
    [
        (int, " 5 ", {}, 5),
        (int, "5", {"at_least": 5, "at_most": 5}, 5),
        (str, " x ", {}, "x"),
        (str, " x ", {"strip": False}, " x "),
        (str, "", {"empty": True}, ""),
        (str, "X", {"one_of": ["x"], "any_case": True}, "X"),
        (str, "known", {"refers": "backend"}, "known"),
        (Literal["a"], "A", {"any_case": True}, "a"),
    ],
)
def test_literal_is_read(annotation: Any, value: str, options: Any, result: object) -> None:
    assert read(annotation, value, **options) == (result, [])


@pytest.mark.parametrize(
    ("annotation", "value", "options", "code"),
    [
        (int, "x", {}, "HG143"),
        (int, "4", {"at_least": 5}, "HG144"),
        (int, "6", {"at_most": 5}, "HG144"),
        (Literal["a"], "b", {}, "HG145"),
        (str, "y", {"one_of": ["x"]}, "HG145"),
        (str, "@(1)", {}, "HG146"),
        (str, " ", {}, "HG155"),
        (str, "knwon", {"refers": "backend"}, "HG183"),
        (Value[str], "knwon", {"refers": "backend"}, "HG183"),
        (Value[str], "@(nope)", {}, "HG206"),
    ],
)
def test_what_is_wrong_is_found(annotation: Any, value: str, options: Any, code: str) -> None:
    result, found = read(annotation, value, **options)
    assert result is UNKNOWN
    assert [diagnostic.code for diagnostic in found] == [code]


def test_literal_of_a_value_is_wrapped() -> None:
    value, _ = read(Value[int], "5")
    assert (value.literal, value.source) == (5, "5")


def test_expression_is_compiled_and_bounded() -> None:
    value, found = read(Value[int], " @(1 + 1) ", at_least=2)
    assert found == []
    assert (value.of(make_context()), value.source) == (2, "@(1 + 1)")


def test_condition_without_a_response_is_false() -> None:
    source = "@(context.Response.StatusCode == 1)"
    value, _ = read(Value[bool], source, condition=True)
    assert value.of(make_context()) is False


@pytest.mark.parametrize("value", ["a@(b)", "@(a) b", "x @{ y }"])
def test_expression_with_text_around_it_is_a_literal_with_a_warning(value: str) -> None:
    result, found = read(str, value)
    assert result == value
    assert [(d.code, d.severity) for d in found] == [("HG156", "warning")]


def test_unresolved_text_is_not_read() -> None:
    findings = Findings()
    reader = ScalarReader(Surroundings(registry={}), findings)
    assert reader.read(Scalar(int, {}), text("{{x}}", unresolved=True), what="It") is UNKNOWN
    assert reader.incomplete
    assert findings.listed() == []


def test_messages_quote_what_stands_in_the_file() -> None:
    _, found = read(int, text("hush", shown="{{secret}}", secret=True))
    assert "hush" not in str(found[0])
    assert "{{secret}}" in found[0].message


def test_message_about_an_expression_with_a_secret_tells_nothing_of_it() -> None:
    marked = text("@(hush)", shown="@({{secret}})", secret=True)
    _, found = read(Value[str], marked)
    assert (found[0].code, found[0].column) == ("HG206", 3)
    assert "hush" not in str(found[0])


def test_nearest_word_is_suggested() -> None:
    assert read(Literal["override"], "overide")[1][0].hint == "Did you mean `override`?"


@pytest.mark.parametrize(
    ("annotation", "words"),
    [(int, "an integer"), (float, "a number"), (str, "text"), (bool, "one of `true`, `false`")],
)
def test_expected_in_words(annotation: Any, words: str) -> None:
    assert expected(Scalar(annotation, {})) == words


def test_finding_in_an_expression_is_moved_behind_entities() -> None:
    source = Source("f", "  &lt;a\n &gt;b")
    value = Text("<a\n >b", source, pieces=[(0, 2), (1, 6), (4, 9), (5, 13)])
    for line, column, moved in [(1, 3, (1, 3)), (1, 4, (1, 7)), (2, 2, (2, 2)), (2, 3, (2, 6))]:
        found = Diagnostic(file="", line=line, column=column, code="HG200", message="m")
        result = relocate(found, value, start=Position(1, 3, 2))
        assert ((result.line, result.column), result.file) == (moved, "f")
