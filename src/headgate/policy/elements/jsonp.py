"""`jsonp` (apim.md 7.5, 9.7)."""

from __future__ import annotations

import re

from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.effects import Steps
from headgate.policy.fields import attr
from headgate.policy.plan import await_response_body
from headgate.policy.rewriting import rewrite_body
from headgate.policy.schema import Element
from headgate.policy.value import Value

CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,127}(\.[A-Za-z_$][\w$]{0,127}){0,9}", re.ASCII)
"""A function, or one in an object."""


class Jsonp(Element, name="jsonp", sections=("outbound",), once=True):
    """Wrap the answer into a call of the function that a query parameter names.

    With `?cb=show` the JSON `{}` becomes the script `show({});`. A call without the parameter gets
    its answer as it is.
    """

    example = '<jsonp callback-parameter-name="cb" />'

    callback_parameter_name: Value[str] = attr(
        "Name of the query parameter that names the function.", example="cb"
    )

    def run(self, context: Context) -> Steps[None]:
        """Wrap the answer. Raises CallError 400 for a name that is none, DotNetError."""
        parameter = self.callback_parameter_name.of(context)
        given = context.request.original_url.query.get(parameter)
        if not given or not given[0]:
            return
        callback = given[0]
        if not CALLBACK.fullmatch(callback):
            raise CallError(
                400,
                f"Value of callback parameter {parameter} is not a valid JavaScript identifier.",
                source="jsonp",
                reason="CallbackParameterInvalid",
            )
        yield from await_response_body(context)
        # The comment keeps a name from being the first bytes of another kind of file.
        head = f"/**/{callback}(".encode()
        rewrite_body(context.response, lambda text: head + text + b");", source="jsonp")
        if context.response is not None:
            context.response.headers.set("Content-Type", "application/javascript")
            context.response.headers.set("X-Content-Type-Options", "nosniff")
