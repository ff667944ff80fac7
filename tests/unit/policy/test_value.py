from __future__ import annotations

from typing import Any

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.expression import CompiledExpression, compile_expression
from headgate.policy.kinds import KINDS
from headgate.policy.value import condition_value, expression_value, literal_value
from headgate.testing.playbook import make_context, make_response


def compiled(source: str) -> CompiledExpression:
    expression, found = compile_expression(source)
    assert expression is not None, found
    return expression


def test_literal_is_constant() -> None:
    value = literal_value(3, "3")
    assert (value.of(make_context()), value.literal, value.constant) == (3, 3, True)
    assert value.reads == frozenset()
    assert repr(value) == "Value('3')"


def test_expression_is_evaluated_per_call_and_converted() -> None:
    value = expression_value(compiled('@((string)context.Variables["a"])'), KINDS[int], source="s")
    assert [value.of(make_context(variables={"a": str(n)})) for n in (1, 2)] == [1, 2]
    assert (value.constant, value.literal) == (False, None)


def test_null_result_fails_where_a_value_is_required() -> None:
    null = compiled("@((string)null)")
    with pytest.raises(DotNetError):
        expression_value(null, KINDS[str], source="s").of(make_context())
    assert expression_value(null, KINDS[object], source="s").of(make_context()) is None


@pytest.mark.parametrize(("result", "ok"), [(0, False), (1, True), (5, True), (6, False)])
def test_result_is_held_to_bounds(result: int, ok: bool) -> None:
    value = expression_value(compiled(f"@({result})"), KINDS[int], source="s", bounds=(1, 5))
    if ok:
        assert value.of(make_context()) == result
    else:
        with pytest.raises(DotNetError, match="out of bounds"):
            value.of(make_context())


def condition(source: str) -> Any:
    return condition_value(compiled(source), KINDS[bool], source=source)


def test_condition_on_an_absent_response_is_no_match() -> None:
    value = condition("@(context.Response.StatusCode == 429)")
    assert value.of(make_context()) is False
    assert value.of(make_context(response=make_response(429))) is True


def test_condition_that_fails_otherwise_fails() -> None:
    value = condition('@(context.Response.StatusCode == 1 || int.Parse("x") == 1)')
    with pytest.raises(DotNetError):
        value.of(make_context(response=make_response()))
    with pytest.raises(DotNetError):
        condition('@(((string)context.Variables["a"]).Length == 1)').of(
            make_context(variables={"a": None})
        )
