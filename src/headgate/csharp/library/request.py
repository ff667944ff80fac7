"""`context.Request`."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.certificates import Certificate, read
from headgate.model.messages import Request

TYPE = DotNetType("Apim.Expressions.IRequest", kind="interface", python=Request)

TYPE.property("IMessageBody Body", code="{0}.body", reads="request.body")
TYPE.property("HeaderMap! Headers", code="{0}.headers")
TYPE.property("string! IpAddress", code="{0}.ip_address")
TYPE.property("ParameterMap! MatchedParameters", code="{0}.matched_parameters")
TYPE.property("string! Method", code="{0}.method")
TYPE.property("IUrl! OriginalUrl", code="{0}.original_url")
TYPE.property("IUrl! Url", code="{0}.url")
TYPE.property("IPrivateEndpointConnection PrivateEndpointConnection", code="None")


@TYPE.property("X509Certificate2 Certificate")
def certificate(request: Request) -> Certificate | None:
    """Return the client's certificate, null where it has none."""
    return None if request.certificate is None else read(request.certificate)
