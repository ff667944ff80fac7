from __future__ import annotations

from headgate.policy.build import DIRECTIVES
from headgate.policy.directives import DIRECTIVE_ELEMENTS
from headgate.policy.schema import SECTIONS


def test_directives_are_those_that_the_compiler_handles() -> None:
    assert tuple(item.declaration.name for item in DIRECTIVE_ELEMENTS) == DIRECTIVES


def test_directives_may_stand_in_every_section() -> None:
    assert all(item.declaration.sections == SECTIONS for item in DIRECTIVE_ELEMENTS)
