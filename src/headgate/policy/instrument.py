"""How a plan is compiled so that somebody can watch it run: for traces, and for coverage.

Steps and values are wrapped while a document is built. A plan that is compiled without an
instrument, as the one that serves, knows nothing of it and pays nothing for it.
"""

from __future__ import annotations

from typing import Any, Protocol

from headgate.policy.node import Node
from headgate.policy.plan import Step
from headgate.policy.text import Text
from headgate.policy.value import Value


class Instrument(Protocol):
    """Who watches."""

    def step(self, step: Step, node: Node) -> Step:
        """Return what runs in the place of the step that an element became."""
        ...

    def value(self, value: Value[Any], text: Text, *, what: str) -> None:
        """Change the `of` of an expression that `text` holds; messages call it `what`."""
        ...
