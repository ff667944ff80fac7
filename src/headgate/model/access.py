"""What a caller's key opens: the outcome of the subscription check (apim.md 10.1)."""

from __future__ import annotations

from typing import Protocol

import msgspec

from headgate.model.clock import Micros
from headgate.model.entities import Api, Product, Subscription
from headgate.model.messages import Request


class Access(msgspec.Struct, frozen=True):
    """The call may go on, in the name of a subscription and in the context of a product."""

    subscription: Subscription | None = None
    product: Product | None = None


class Doorkeeper(Protocol):
    """Who checks keys. The core asks; `identity` answers."""

    def admit(self, api: Api, request: Request, *, now: Micros) -> Access:
        """Return what the request's key opens and take the key off the request.

        Raises CallError 401, source `authorization`, when it opens nothing here.
        """
        ...
