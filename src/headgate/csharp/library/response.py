"""`context.Response`, and what send-request leaves in a variable."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.model.messages import Response

TYPE = DotNetType("Apim.Expressions.IResponse", kind="interface", python=Response)

TYPE.property("IMessageBody Body", code="{0}.body", reads="response.body")
TYPE.property("HeaderMap! Headers", code="{0}.headers")
TYPE.property("int StatusCode", code="{0}.status")
TYPE.property("string! StatusReason", code="{0}.reason")
