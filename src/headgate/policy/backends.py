"""Backend entities at run time: found by id, and forwarded to with their credentials.

`exchange.begin` puts the `Backends` of the snapshot into `context.owners` (apim.md 6.1, 6.4).
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from headgate.model.context import Context
from headgate.model.entities import Backend, BackendCredentials
from headgate.model.errors import CallError, Fault
from headgate.model.messages import Url
from headgate.policy.effects import Forward, ForwardFailed, Steps
from headgate.policy.query_strings import with_set

NO_CREDENTIALS = BackendCredentials()


class Backends(msgspec.Struct, frozen=True):
    """The backends of a snapshot, by id in lower case, with their URLs parsed."""

    by_id: Mapping[str, tuple[Backend, Url]]

    def find(self, backend_id: str) -> tuple[Backend, Url] | None:
        """Return a backend; ids compare without case."""
        return self.by_id.get(backend_id.lower())


NO_BACKENDS = Backends({})


def choose_backend(context: Context, backend_id: str) -> None:
    """Send the request to a backend entity. Raises CallError 500 when there is none of this id."""
    backends: Backends = context.owners.get(Backends, NO_BACKENDS)
    found = backends.find(backend_id)
    if found is None:
        raise CallError(
            500,
            f"No backend has the id {backend_id}.",
            source="set-backend-service",
            reason="BackendNotFound",
            fault=Fault.OPERATOR,
        )
    context.backend, url = found
    context.aim(url)


def apply_credentials(context: Context, credentials: BackendCredentials) -> None:
    """Put a backend's credentials on the request, in place of what it has of the same names."""
    request = context.request
    for name, values in credentials.header:
        request.headers.set(name, *values)
    for name, values in credentials.query:
        request.url.query_string = with_set(request.url.query_string, name, values=values)
    fixed = credentials.authorization
    if fixed is not None:
        request.headers.set("Authorization", f"{fixed.scheme} {fixed.parameter}")


def forwarded(context: Context, effect: Forward) -> Steps[ForwardFailed | None]:
    """Forward with the credentials of the backend, which policies never see.

    They come off again with the answer, so that a retry does not carry them to another backend.
    Raises CallError for credentials that no header can carry; none of them stays on then either.
    """
    backend = context.backend
    if backend is None or backend.credentials == NO_CREDENTIALS:
        return (yield from effect)
    request = context.request
    headers, query_string = request.headers, request.url.query_string
    request.headers = headers.copy()
    try:
        apply_credentials(context, backend.credentials)
        return (yield from effect)
    finally:
        request.headers, request.url.query_string = headers, query_string
