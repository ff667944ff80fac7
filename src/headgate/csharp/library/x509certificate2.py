"""X509Certificate2, so far only as the type of `context.Request.Certificate`."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType

TYPE = DotNetType("System.Security.Cryptography.X509Certificates.X509Certificate2")
