from __future__ import annotations

import pytest

from headgate.model.facts import MetricEmitted
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

USER = '<dimension name="User" value="@("u" + 1)" />'


def test_value_counts_one_by_default() -> None:
    context = make_context()
    xml = f'<emit-metric name="Request">{USER}<dimension name="Location" /></emit-metric>'
    Playbook(compile_element(xml), context).run()
    dimensions = (("User", "u1"), ("Location", "local"))
    assert context.facts == [MetricEmitted("API Management", "Request", 1.0, dimensions)]


@pytest.mark.parametrize(("value", "expected"), [("0.5", 0.5), ("@(1 + 2)", 3), ("-1", -1)])
def test_value_and_namespace_may_be_given(value: str, expected: float) -> None:
    context = make_context()
    xml = f'<emit-metric name="R" namespace="n" value="{value}">{USER}</emit-metric>'
    Playbook(compile_element(xml, section="on-error"), context).run()
    assert context.facts == [MetricEmitted("n", "R", expected, (("User", "u1"),))]


@pytest.mark.parametrize(("count", "codes"), [(0, ["HG149"]), (1, []), (10, []), (11, ["HG157"])])
def test_one_to_ten_dimensions_are_allowed(count: int, codes: list[str]) -> None:
    assert diagnose(f'<emit-metric name="R">{USER * count}</emit-metric>') == codes


def test_name_takes_no_expression() -> None:
    assert diagnose(f'<emit-metric name="@(1)">{USER}</emit-metric>') == ["HG146"]
