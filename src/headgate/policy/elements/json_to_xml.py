"""`json-to-xml` (apim.md 9.6)."""

from __future__ import annotations

from typing import Literal

from headgate.model.context import Context
from headgate.policy import media_types
from headgate.policy.elements import _conversion
from headgate.policy.fields import attr
from headgate.policy.json_reading import JsonRefused
from headgate.policy.json_to_xml import Naming, json_to_xml
from headgate.policy.schema import Element
from headgate.policy.value import Value


class JsonToXml(Element, name="json-to-xml", sections=("inbound", "outbound", "on-error")):
    """Convert the body from JSON to XML: of the request in inbound, else of the answer.

    Its Content-Type becomes `application/xml`. The whole body is waited for. Text that is no JSON
    is an error: 400 for a request, 500 for an answer. So are more than 512 KiB, and more than
    10,000 members and items, of which a date counts for ten.

    An object of several members stands in `<Document>`, an array becomes elements of one name, and
    null is marked with `xsi:nil`.
    """

    example = (
        '<json-to-xml apply="always" consider-accept-header="false" parse-date="false"'
        ' namespace-separator=":" namespace-prefix="xmlns" attribute-block-name="#attrs" />'
    )

    apply_to: Value[Literal["always", "content-type-json"]] = attr(
        "Whether all bodies are converted, or those whose Content-Type is JSON.",
        name="apply",
        example="always",
    )
    consider_accept_header: Value[bool] = attr(
        "Whether to convert only if the request's header Accept names XML.",
        default=True,
        example="false",
    )
    parse_date: bool = attr(
        "Whether texts that are dates are written as .NET writes dates.",
        default=True,
        example="false",
    )
    namespace_separator: Value[str] = attr(
        "What stands between prefix and name in the JSON.", default="_", example=":"
    )
    namespace_prefix: Value[str] | None = attr(
        "Members that begin with it declare namespaces.", default=None, example="xmlns"
    )
    attribute_block_name: Value[str] | None = attr(
        "Name of the members whose own members are attributes.", default=None, example="#attrs"
    )

    def prepare(self) -> None:
        """Have the body read first."""
        is_request = self.site.section == "inbound"
        self.reads |= {"request.body" if is_request else "response.body"}

    def apply(self, context: Context) -> None:
        """Convert. Raises DotNetError, CallError 400 or 500."""
        message = _conversion.subject(context, self.site)
        content = None if self.apply_to.of(context) == "always" else media_types.JSON
        wanted = media_types.XML if self.consider_accept_header.of(context) else None
        if message is None or not _conversion.concerns(
            context, message, content=content, wanted=wanted
        ):
            return
        prefix, block = self.namespace_prefix, self.attribute_block_name
        naming = Naming(
            separator=self.namespace_separator.of(context),
            declares=prefix.of(context) if prefix is not None else None,
            attributes=block.of(context) if block is not None else None,
            parse_dates=self.parse_date,
        )

        def changed(text: bytes) -> bytes:
            try:
                return json_to_xml(text, naming)
            except JsonRefused as error:
                raise _conversion.refusal(self.site, str(error)) from error

        _conversion.convert(message, changed, media_type="application/xml", site=self.site)
