from __future__ import annotations

from typing import Any

import pytest

from headgate.csharp.runtime.jsontree import JObject
from headgate.policy.effects import Cached, CacheLookup
from headgate.testing.playbook import Playbook, compile_element, make_context


def looked_up(cached: Cached | None, attributes: str = "", **variables: Any) -> dict[str, Any]:
    """Look the key `k` up and return the variables."""
    xml = f'<cache-lookup-value key="@("k")" variable-name="v" {attributes} />'
    context = make_context(variables=variables)
    Playbook(compile_element(xml), context).expect(CacheLookup("value:k"), cached).run()
    return context.variables


@pytest.mark.parametrize("value", ["text", 5, None, JObject({"a": 1})])
def test_value_that_is_there_is_in_the_variable(value: object) -> None:
    found = looked_up(Cached(value), 'default-value="other"')
    assert found["v"] is value


def test_default_stands_for_a_value_that_is_not_there() -> None:
    assert looked_up(None, 'default-value=" a "') == {"v": " a "}
    assert looked_up(None, 'default-value="@(1 + 1)"') == {"v": 2}
    assert looked_up(None, 'default-value=""') == {"v": ""}


def test_default_is_not_evaluated_for_a_value_that_is_there() -> None:
    fails = 'default-value="@((string)context.Variables["none"])"'
    assert looked_up(Cached("x"), fails) == {"v": "x"}


def test_variable_is_left_alone_without_value_and_default() -> None:
    assert looked_up(None) == {}
    assert looked_up(None, v="before") == {"v": "before"}


@pytest.mark.parametrize("which", ["internal", "external", "prefer-external"])
def test_all_types_of_cache_are_one(which: str) -> None:
    assert looked_up(Cached(1), f'caching-type="{which}"') == {"v": 1}


@pytest.mark.parametrize("section", ["inbound", "backend", "outbound", "on-error"])
def test_it_stands_in_every_section(section: str) -> None:
    xml = '<cache-lookup-value key="k" variable-name="v" />'
    step = compile_element(xml, section=section)
    Playbook(step, make_context()).expect(CacheLookup("value:k"), None).run()
