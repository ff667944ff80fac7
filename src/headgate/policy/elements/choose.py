"""`choose` (apim.md 9.11)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.policy.effects import Steps
from headgate.policy.fields import attr, block, child, children
from headgate.policy.plan import Block
from headgate.policy.schema import SECTIONS, Element, Part
from headgate.policy.value import Value


class When(Part, name="when"):
    """Policies for the calls that meet a condition."""

    condition: Value[bool] = attr(
        "Whether these policies run.",
        condition=True,
        example='@(context.Request.Method == "POST")',
    )
    policies: Block = block("What runs.")


class Otherwise(Part, name="otherwise"):
    """Policies for the calls that meet none of the conditions."""

    policies: Block = block("What runs.")


class Choose(Element, name="choose", sections=SECTIONS):
    """Run the policies of the first `when` whose condition is true, else those of `otherwise`.

    Conditions after the first true one are not evaluated. A condition that reads the answer before
    there is one is false.
    """

    example = (
        "<choose>\n"
        '    <when condition="@(context.Request.Method == &quot;POST&quot;)">\n'
        '        <set-variable name="kind" value="write" />\n'
        "    </when>\n"
        "    <otherwise>\n"
        '        <set-variable name="kind" value="read" />\n'
        "    </otherwise>\n"
        "</choose>"
    )

    whens: tuple[When, ...] = children("The cases, in their order.", name="when", at_least=1)
    otherwise: Otherwise | None = child("What runs if no condition is true.", default=None)

    def apply(self, context: Context) -> None:
        """Run the policies that are chosen. Raises CallError, DotNetError, ResponseReturned."""
        chosen = self._chosen(context)
        if chosen is not None:
            chosen.apply(context)

    def run(self, context: Context) -> Steps[None]:
        """Run the policies that are chosen, where some of them have effects."""
        chosen = self._chosen(context)
        if chosen is not None:
            yield from chosen.drive(context)

    def _chosen(self, context: Context) -> Block | None:
        for when in self.whens:
            if when.condition.of(context):
                return when.policies
        return self.otherwise.policies if self.otherwise is not None else None
