"""`xml-to-json` (apim.md 9.6)."""

from __future__ import annotations

from typing import Literal

from headgate.model.context import Context
from headgate.policy import media_types
from headgate.policy.elements import _conversion
from headgate.policy.fields import attr
from headgate.policy.schema import Element
from headgate.policy.value import Value
from headgate.policy.xml_to_json import XmlRefused, xml_to_json


class XmlToJson(Element, name="xml-to-json", sections=("inbound", "outbound", "on-error")):
    """Convert the body from XML to JSON: of the request in inbound, else of the answer.

    Its Content-Type becomes `application/json`. The whole body is waited for. Text that is no XML
    is an error: 400 for a request, 500 for an answer. So are document types, more than 1 MiB, and
    more than 10,000 elements and attributes.

    `direct`: attributes and namespace declarations are members `@name`, text beside them is
    `#text`, the `:` of a prefix is `$`, an empty element is null. `javascript-friendly`: attributes
    are members without `@`, and text beside them is `$t`.
    """

    example = '<xml-to-json kind="direct" apply="always" consider-accept-header="false" />'

    kind: Value[Literal["javascript-friendly", "direct"]] = attr(
        "The form of the JSON.", example="direct"
    )
    apply_to: Value[Literal["always", "content-type-xml"]] = attr(
        "Whether all bodies are converted, or those whose Content-Type is XML.",
        name="apply",
        example="always",
    )
    consider_accept_header: Value[bool] = attr(
        "Whether to convert only if the request's header Accept names JSON.",
        default=True,
        example="false",
    )
    always_array_child_elements: Value[bool] = attr(
        "Whether an element that is the only one of its name becomes an array too.",
        default=False,
        example="true",
    )

    def prepare(self) -> None:
        """Have the body read first."""
        is_request = self.site.section == "inbound"
        self.reads |= {"request.body" if is_request else "response.body"}

    def apply(self, context: Context) -> None:
        """Convert. Raises DotNetError, CallError 400 or 500."""
        message = _conversion.subject(context, self.site)
        content = None if self.apply_to.of(context) == "always" else media_types.XML
        wanted = media_types.JSON if self.consider_accept_header.of(context) else None
        if message is None or not _conversion.concerns(
            context, message, content=content, wanted=wanted
        ):
            return
        kind, arrays = self.kind.of(context), self.always_array_child_elements.of(context)

        def changed(text: bytes) -> bytes:
            try:
                return xml_to_json(text, kind, arrays=arrays)
            except XmlRefused as error:
                raise _conversion.refusal(self.site, str(error)) from error

        _conversion.convert(message, changed, media_type="application/json", site=self.site)
