"""`IUrl`: the URL of the request in parts."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.library.uri import Uri
from headgate.model.messages import Url

TYPE = DotNetType("Apim.Expressions.IUrl", kind="interface", python=Url)

TYPE.property("string! Host", code="{0}.host")
TYPE.property("string! Path", code="{0}.path")
TYPE.property("int Port", code="{0}.port")
TYPE.property("QueryMap! Query", code="{0}.query")
TYPE.property("string! QueryString", code="{0}.query_string")
TYPE.property("string! Scheme", code="{0}.scheme")
TYPE.method("string! ToString()")(str)
TYPE.method("Uri! ToUri()")(lambda url: Uri(str(url)))
