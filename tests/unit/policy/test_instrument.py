from __future__ import annotations

from typing import Any

from headgate.model.entities import PolicySource
from headgate.policy.compile import compile_document
from headgate.policy.elements import discover
from headgate.policy.node import Node
from headgate.policy.plan import Block, Step
from headgate.policy.surroundings import Surroundings
from headgate.policy.text import Text
from headgate.policy.value import Value
from headgate.testing.playbook import make_context


class Notes:
    """Notes what runs and what values come out."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.values: list[tuple[str, str, Any]] = []

    def step(self, step: Step, node: Node) -> Step:
        apply = step.apply
        assert apply is not None

        def noted(context: Any) -> None:
            self.ran.append(f"{node.name}:{step.where.line}")
            apply(context)

        return Step(step.source, step.where, apply=noted)

    def value(self, value: Value[Any], text: Text, *, what: str) -> None:
        of = value.of

        def noted(context: Any) -> Any:
            result = of(context)
            self.values.append((what, text.shown, result))
            return result

        value.of = noted


def test_steps_and_values_are_watched_as_they_run() -> None:
    notes = Notes()
    text = (
        "<policies><inbound>\n"
        '<choose><when condition="@(1 == 1)">\n'
        '<set-variable name="a" value="@(1 + 1)" />\n'
        "</when></choose></inbound></policies>"
    )
    surroundings = Surroundings(registry=discover(), instrument=notes)
    source = PolicySource(file="p.xml", text=text)
    document, found = compile_document(source, scope="api", surroundings=surroundings)
    assert (document is not None, found) == (True, [])
    assert document is not None
    steps = tuple(step for step in document.sections["inbound"] if isinstance(step, Step))
    Block(steps).apply(make_context())
    assert notes.ran == ["choose:2", "set-variable:3"]
    assert notes.values == [
        ("The attribute `condition`", "@(1 == 1)", True),
        ("The attribute `value`", "@(1 + 1)", 2),
    ]
