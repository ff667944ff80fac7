"""What `send-request` and `send-one-way-request` share (apim.md 9.8)."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.model.messages import Body, Headers, Request, Url
from headgate.model.unicode import encodable
from headgate.policy.effects import Outgoing, Steps
from headgate.policy.elements.authentication_managed_identity import AuthenticationManagedIdentity
from headgate.policy.elements.set_body import SetBody
from headgate.policy.elements.set_header import SetHeader
from headgate.policy.elements.set_method import SetMethod
from headgate.policy.fields import attr, child, children
from headgate.policy.kinds import Duration
from headgate.policy.schema import Element, ElementError
from headgate.policy.value import Value

SAFE = "/?&=%:@!$'()*+,;~-._[]#|"
"""What stands in URLs as it is; the rest is percent-encoded, as .NET's Uri does."""
NOT_COPIED = frozenset((b"host", b"accept-encoding"))
"""The host is that of the URL, and policies read the answer, which no encoding may hide."""


class OwnRequest(Element):
    """A request of the gateway's own, beside the one that it forwards."""

    mode: Value[Literal["new", "copy"]] = attr(
        "Whether the request is a new one, or begins as a copy of the call's request.",
        default="new",
        any_case=True,
    )
    timeout: Value[Duration] = attr(
        "Seconds to wait for the answer.", at_least=0, default=60_000_000, example="20"
    )
    target: Value[str] | None = child(
        "Absolute URL; that of the call's request if absent, in mode `copy`.",
        name="set-url",
        default=None,
    )
    method: SetMethod | None = child(
        "The method; GET if absent, in mode `copy` that of the call.",
        name="set-method",
        default=None,
    )
    headers: tuple[SetHeader, ...] = children("Headers.", name="set-header")
    body: SetBody | None = child("The body.", name="set-body", default=None)
    identity: AuthenticationManagedIdentity | None = child(
        "Sends an access token along.", name="authentication-managed-identity", default=None
    )

    def prepare(self) -> None:
        """Check the URL as far as it is known, and see to the body that a copy needs."""
        if self.mode.literal != "new" and self.site.section in ("inbound", "backend", ""):
            self.reads |= {"request.body"}
        if self.target is None:
            if self.mode.literal == "new":
                raise ElementError("A new request needs `set-url`.", key="mode")
        elif self.target.literal is not None:
            try:
                parsed(self.target.literal)
            except ValueError as error:
                message = "`set-url` is not an absolute http or https URL."
                raise ElementError(message, key="target") from error

    def outgoing(self, context: Context) -> Steps[Outgoing]:
        """Make the request. Raises CallError for one that cannot be sent, DotNetError."""
        request = self._begin(context)
        if self.target is not None:
            try:
                request.url = parsed(self.target.of(context))
            except ValueError as error:
                raise self.failure("UrlInvalid", str(error), fault=Fault.OPERATOR) from error
        if self.method is not None:
            request.method = self.method.method.of(context)
        for header in self.headers:
            header.write(context, request.headers)
        if self.body is not None:
            self.body.write(context, request)
        if self.identity is not None:
            token = yield from self.identity.acquire(context)
            if token is not None:
                request.headers.set("Authorization", f"Bearer {token}")
        return Outgoing(
            method=request.method,
            url=request.url,
            headers=request.headers,
            body=None if request.body is None else request.body.content,
        )

    def _begin(self, context: Context) -> Request:
        """Return the request that the children change."""
        of_call = context.request
        if self.mode.of(context) != "copy":
            return Request("GET", of_call.url, Headers(), None, of_call.ip_address)
        keys = of_call.caller_key
        kept = [
            item
            for item in of_call.headers.items
            if item[0] not in NOT_COPIED and not any(item is key for key in keys)
        ]
        body = of_call.body
        # The body is not copied where it has been sent (apim.md 9.8).
        copied = Body(body.outgoing) if body is not None and body.complete else None
        return Request(
            of_call.method, of_call.url.copy(), Headers(kept), copied, of_call.ip_address
        )

    def failure(self, reason: str, detail: str, *, fault: Fault) -> CallError:
        """Return the error of a request that failed; what failed is for policies and logs."""
        error = CallError(
            500, "Internal server error", source=self.site.name, reason=reason, fault=fault
        )
        error.detail = detail
        return error


def parsed(text: str) -> Url:
    """Return a URL as policies write it, blanks and letters of any language included.

    Raises ValueError.
    """
    return Url.parse(quote(encodable(text.strip()), safe=SAFE).partition("#")[0])
