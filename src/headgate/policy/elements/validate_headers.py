"""`validate-headers` (apim.md 9.3)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.policy.fields import attr, children
from headgate.policy.parameters import (
    RESPONSE_HEADER,
    Actions,
    response_headers,
    validate,
    values_of,
)
from headgate.policy.schema import Element, Part
from headgate.policy.validation import Action, Validation, no_schema
from headgate.policy.value import Value


class Override(Part, name="header"):
    """What is done with one header, declared or not."""

    name: str = attr("Name of the header.", example="Date")
    action: Value[Action] = attr("What is done about it.", example="ignore")


class ValidateHeaders(
    Element, name="validate-headers", sections=("outbound", "on-error"), once=True
):
    """Refuse or note answers whose headers differ from the specification of their status.

    A declared header has to be there if it is required, once unless it is an array, and fit its
    schema. `prevent` ends the call with a 502 whose body tells no details, `detect` goes on; both
    log to the variable, a JArray of objects with Name, Type, ValidationRule, Details and Action.
    """

    example = (
        '<validate-headers specified-header-action="prevent" unspecified-header-action="ignore"'
        ' errors-variable-name="headerErrors">\n'
        '    <header name="Date" action="ignore" />\n'
        "</validate-headers>"
    )

    specified_header_action: Value[Action] = attr(
        "What is done about a declared header that does not fit.", example="prevent"
    )
    unspecified_header_action: Value[Action] = attr(
        "What is done about a header that is not declared.", example="ignore"
    )
    errors_variable_name: str | None = attr(
        "Variable that gets the errors.", default=None, example="headerErrors"
    )
    headers: tuple[Override, ...] = children("A header with an action of its own.")

    def apply(self, context: Context) -> None:
        """Validate. Raises CallError 502, DotNetError."""
        response = context.response
        if response is None:
            return
        validation = Validation(self.site, self.errors_variable_name)
        described = context.operation.described if context.operation is not None else None
        specified = self.specified_header_action.of(context)
        if described is None:
            validation.add(no_schema(), specified)
        else:
            actions = Actions(
                specified,
                self.unspecified_header_action.of(context),
                {one.name.lower(): one.action.of(context) for one in self.headers},
            )
            validate(
                response_headers(described, response.status),
                values_of(response.headers),
                kind=RESPONSE_HEADER,
                actions=actions,
                validation=validation,
            )
        validation.conclude(context)
