from __future__ import annotations

import pytest

from headgate.model.errors import CallError
from headgate.testing.playbook import Playbook, compile_element, make_context


def test_literal_is_stored_as_it_is_written() -> None:
    context = make_context()
    Playbook(compile_element('<set-variable name="a" value=" 1 " />'), context).run()
    assert context.variables == {"a": " 1 "}


def test_empty_literal_is_an_empty_string() -> None:
    context = make_context()
    Playbook(compile_element('<set-variable name="a" value="" />'), context).run()
    assert context.variables == {"a": ""}


def test_expression_keeps_its_type() -> None:
    context = make_context()
    Playbook(compile_element('<set-variable name="a" value="@(1 + 1)" />'), context).run()
    assert context.variables["a"] == 2


def test_null_can_be_stored() -> None:
    context = make_context()
    Playbook(compile_element('<set-variable name="a" value="@((string)null)" />'), context).run()
    assert context.variables == {"a": None}


def test_failing_expression_names_the_element() -> None:
    step = compile_element('<set-variable id="here" name="a" value="@(int.Parse("x"))" />')
    with pytest.raises(CallError) as caught:
        Playbook(step, make_context()).run()
    assert (caught.value.status, caught.value.source) == (500, "set-variable")
    assert caught.value.where is not None
    assert caught.value.where.policy_id == "here"
