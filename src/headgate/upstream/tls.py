"""TLS towards upstreams: verification is on, and each half of it can be turned off per backend."""

from __future__ import annotations

import ssl


class TlsContexts:
    """The four ways to check an upstream's certificate, each made once (apim.md 6.1)."""

    def __init__(self, authorities: str | None = None) -> None:
        """`authorities`: a PEM file of additional certificate authorities."""
        self._authorities = authorities
        self._contexts: dict[tuple[bool, bool], ssl.SSLContext] = {}

    def context(self, *, check_chain: bool, check_name: bool) -> ssl.SSLContext:
        """Return the context for a pair of flags."""
        key = (check_chain, check_name)
        context = self._contexts.get(key)
        if context is None:
            context = self._contexts[key] = self._make(check_chain, check_name)
        return context

    def _make(self, check_chain: bool, check_name: bool) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        if self._authorities is not None:
            context.load_verify_locations(self._authorities)
        # Without a checked chain a name proves nothing, and Python checks no name then.
        context.check_hostname = check_chain and check_name
        if not check_chain:
            context.verify_mode = ssl.CERT_NONE
        return context
