"""Every Python file of the repository keeps every house rule."""

from __future__ import annotations

import pytest

from tests.house.rules import RULES
from tests.house.tree import assert_kept, sources


@pytest.mark.parametrize("rule", RULES)
def test_no_file_breaks(rule: str) -> None:
    assert_kept(rule, (offence for source in sources() for offence in RULES[rule](source)))
