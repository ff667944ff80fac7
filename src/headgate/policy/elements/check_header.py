"""`check-header` (apim.md 9.2)."""

from __future__ import annotations

from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.policy.fields import attr, children, computed
from headgate.policy.kinds import HeaderName
from headgate.policy.schema import Element
from headgate.policy.value import Value


class CheckHeader(Element, name="check-header", sections=("inbound", "outbound")):
    """Answer with an error unless the request has a header, with one of the values that are named.

    Without values the header only has to be there. Where the request has several lines of the
    header, each of them has to be one of the values, for nobody knows which one the backend reads.
    """

    example = (
        '<check-header name="x-tenant" failed-check-httpcode="401"'
        ' failed-check-error-message="Not authorized" ignore-case="false">\n'
        "    <value>blue</value>\n"
        "    <value>green</value>\n"
        "</check-header>"
    )

    name: Value[HeaderName] = attr(
        "Name of the header.", example="x-tenant", formerly=("header-name",)
    )
    failed_check_httpcode: Value[int] = attr(
        "Status of the error.", at_least=200, at_most=599, example="401"
    )
    failed_check_error_message: Value[str] = attr(
        "Message of the error.", empty=True, example="Not authorized"
    )
    ignore_case: Value[bool] = attr("Whether case is ignored in the values.", example="false")
    values: tuple[Value[str], ...] = children("A value that is allowed.", name="value", empty=True)

    fixed: frozenset[str] | None = computed()
    """The allowed values, where they are the same for every call."""

    def prepare(self) -> None:
        """Gather literal values once."""
        literals = [value.literal for value in self.values]
        ignored = self.ignore_case.literal
        self.fixed = None
        if ignored is not None and None not in literals:
            self.fixed = frozenset(folded(one or "", ignored) for one in literals)

    def apply(self, context: Context) -> None:
        """Check the header. Raises CallError with the status that is set, DotNetError."""
        name = self.name.of(context)
        found = context.request.headers.values(name)
        if not found:
            detail = f"Header {name} was not found in the request. Access denied."
            raise self._failure(context, "HeaderNotFound", detail=detail)
        if not self.values:
            return
        ignored = self.ignore_case.of(context)
        allowed = self.fixed
        if allowed is None:
            allowed = frozenset(folded(value.of(context), ignored) for value in self.values)
        for line in found:
            if folded(line, ignored) not in allowed:
                detail = f"Header {name} value of {line} is not allowed. Access denied."
                raise self._failure(context, "HeaderValueNotAllowed", detail=detail)

    def _failure(self, context: Context, reason: str, *, detail: str) -> CallError:
        """Return the error: the caller is told the message that is set, on-error the cause."""
        error = CallError(
            self.failed_check_httpcode.of(context),
            self.failed_check_error_message.of(context),
            source="check-header",
            reason=reason,
        )
        error.detail = detail
        return error


def folded(value: str, ignore_case: bool) -> str:
    """Return a value as it is compared."""
    return value.casefold() if ignore_case else value
