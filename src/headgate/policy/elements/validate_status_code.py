"""`validate-status-code` (apim.md 9.3)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.policy.fields import attr, children
from headgate.policy.schema import Element, ElementError, Part
from headgate.policy.validation import Action, Problem, Validation
from headgate.policy.value import Value


class StatusCode(Part, name="status-code"):
    """What is done with one status that the specification does not declare."""

    code: int = attr("The status.", at_least=100, at_most=599, example="404")
    action: Value[Action] = attr("What is done about it.", example="ignore")


class ValidateStatusCode(Element, name="validate-status-code", sections=("outbound", "on-error")):
    """Refuse or note answers whose status the specification of the operation does not declare.

    Declared are statuses by number, by range (`4XX`), and all of them where there is a `default`.
    `prevent` ends the call with a 502 whose body tells no details, `detect` goes on; both log to
    the variable, a JArray of objects with Name, Type, ValidationRule, Details and Action.
    """

    example = (
        '<validate-status-code unspecified-status-code-action="prevent"'
        ' errors-variable-name="statusErrors">\n'
        '    <status-code code="404" action="ignore" />\n'
        "</validate-status-code>"
    )

    unspecified_status_code_action: Value[Action] = attr(
        "What is done about a status that is not declared.", example="prevent"
    )
    errors_variable_name: str | None = attr(
        "Variable that gets the errors.", default=None, example="statusErrors"
    )
    codes: tuple[StatusCode, ...] = children("A status with an action of its own.")

    def prepare(self) -> None:
        """Refuse a status that is named twice. Raises ElementError."""
        if len({one.code for one in self.codes}) < len(self.codes):
            raise ElementError("A status has two actions.", key="codes")

    def apply(self, context: Context) -> None:
        """Validate. Raises CallError 502, DotNetError."""
        response = context.response
        if response is None:
            return
        status = response.status
        described = context.operation.described if context.operation is not None else None
        if described is not None and described.declared_response(status) is not None:
            return
        action = self.unspecified_status_code_action
        for one in self.codes:
            if one.code == status:
                action = one.action
        problem = Problem(
            name=str(status),
            type="StatusCode",
            rule="Unspecified",
            details=f"Response status code {status} is not allowed.",
        )
        validation = Validation(self.site, self.errors_variable_name)
        validation.add(problem, action.of(context))
        validation.conclude(context)
