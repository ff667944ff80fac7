"""`validate-parameters` (apim.md 9.3)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.policy.fields import attr, child, children, computed
from headgate.policy.parameters import (
    HEADER,
    PATH,
    QUERY,
    Actions,
    request_parameters,
    validate,
    values_of,
)
from headgate.policy.schema import Element, Part
from headgate.policy.validation import Action, Validation, no_schema
from headgate.policy.value import Value


class Override(Part, name="parameter"):
    """What is done with one parameter, declared or not."""

    name: str = attr("Name of the parameter.", example="User-Agent")
    action: Value[Action] = attr("What is done about it.", example="ignore")


class Group(Part):
    """What is done with parameters of one place."""

    specified_parameter_action: Value[Action] | None = attr(
        "What is done about declared ones, instead of what the element says.",
        default=None,
        example="detect",
    )
    parameters: tuple[Override, ...] = children("A parameter with an action of its own.")


class OpenGroup(Group):
    """The same, where a caller may add parameters."""

    unspecified_parameter_action: Value[Action] | None = attr(
        "What is done about others, instead of what the element says.",
        default=None,
        example="detect",
    )


class ValidateParameters(Element, name="validate-parameters", sections=("inbound",), once=True):
    """Refuse or note requests whose headers, query or path differ from the specification.

    A declared parameter has to be there if it is required, once unless it is an array, and fit its
    schema. The caller's subscription key is no parameter. `prevent` ends the call with a 400,
    `detect` goes on; both log to the variable, a JArray of objects with Name, Type, ValidationRule,
    Details and Action.
    """

    example = (
        '<validate-parameters specified-parameter-action="prevent"'
        ' unspecified-parameter-action="ignore" errors-variable-name="parameterErrors">\n'
        '    <headers specified-parameter-action="detect" unspecified-parameter-action="ignore">\n'
        '        <parameter name="User-Agent" action="ignore" />\n'
        "    </headers>\n"
        "</validate-parameters>"
    )

    specified_parameter_action: Value[Action] = attr(
        "What is done about a declared parameter that does not fit.", example="prevent"
    )
    unspecified_parameter_action: Value[Action] = attr(
        "What is done about a parameter that is not declared.", example="ignore"
    )
    errors_variable_name: str | None = attr(
        "Variable that gets the errors.", default=None, example="parameterErrors"
    )
    headers: OpenGroup | None = child("What is done with headers.", name="headers", default=None)
    query: OpenGroup | None = child("What is done with the query.", name="query", default=None)
    path: Group | None = child("What is done with the path.", name="path", default=None)

    overrides: dict[str, dict[str, Value[Action]]] = computed()
    """Actions of single parameters by place and name, those of headers in lower case."""

    def prepare(self) -> None:
        """Gather the actions of single parameters."""
        groups = {"header": self.headers, "query": self.query, "path": self.path}
        self.overrides = {
            place: {
                one.name.lower() if place == "header" else one.name: one.action
                for one in (group.parameters if group is not None else ())
            }
            for place, group in groups.items()
        }

    def apply(self, context: Context) -> None:
        """Validate. Raises CallError 400, DotNetError."""
        validation = Validation(self.site, self.errors_variable_name)
        described = context.operation.described if context.operation is not None else None
        if described is None:
            validation.add(no_schema(), self.specified_parameter_action.of(context))
            validation.conclude(context)
            return
        declared = request_parameters(described)
        request = context.request
        query = dict(request.original_url.query)
        if context.api is not None and context.api.key_query not in declared["query"]:
            query.pop(context.api.key_query, None)
        # Required query parameters stand in URL templates, so they are matched too.
        path = {
            name: [value]
            for name, value in request.matched_parameters.items()
            if name not in declared["query"]
        }
        headers = values_of(request.headers, without=request.caller_key)
        for place, present, kind in (
            ("header", headers, HEADER),
            ("query", query, QUERY),
            ("path", path, PATH),
        ):
            actions = self._actions(place, context)
            validate(declared[place], present, kind=kind, actions=actions, validation=validation)
        validation.conclude(context)

    def _actions(self, place: str, context: Context) -> Actions:
        """Return what is done about the parameters of a place. Raises DotNetError."""
        group = {"header": self.headers, "query": self.query, "path": self.path}[place]
        specified, unspecified = (
            (getattr(group, name, None) or getattr(self, name)).of(context)
            for name in ("specified_parameter_action", "unspecified_parameter_action")
        )
        overrides = {name: one.of(context) for name, one in self.overrides[place].items()}
        return Actions(specified, unspecified, overrides)
