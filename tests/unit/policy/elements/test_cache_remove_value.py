from __future__ import annotations

import pytest

from headgate.policy.effects import CacheRemove
from headgate.testing.playbook import Playbook, compile_element, make_context


@pytest.mark.parametrize("attributes", ["", 'caching-type="internal"', 'caching-type="external"'])
def test_value_is_removed(attributes: str) -> None:
    step = compile_element(f'<cache-remove-value key="@("k" + 1)" {attributes} />')
    Playbook(step, make_context()).expect(CacheRemove("value:k1"), None).run()
