"""`set-variable` (apim.md 9.6)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.policy.fields import attr
from headgate.policy.schema import SECTIONS, Element
from headgate.policy.value import Value


class SetVariable(Element, name="set-variable", sections=SECTIONS):
    """Store a value in `context.Variables` for the rest of the call.

    A literal is stored as a string; an expression's result keeps its .NET type.
    """

    example = '<set-variable name="team" value="@(context.Subscription.Name)" />'

    name: str = attr("Name of the variable.", example="team")
    value: Value[object] = attr(
        "What is stored.", example="@(context.Subscription.Name)", empty=True, strip=False
    )

    def apply(self, context: Context) -> None:
        """Store the value. Raises DotNetError."""
        context.variables[self.name] = self.value.of(context)
