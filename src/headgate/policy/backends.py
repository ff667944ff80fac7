"""Backend entities at run time: finding one by id, and its credentials on the way out."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from headgate.model.context import Context
from headgate.model.entities import Backend
from headgate.model.messages import Url


class Backends(msgspec.Struct, frozen=True):
    """All backends of a snapshot, by id in lower case, with their URLs parsed."""

    by_id: Mapping[str, tuple[Backend, Url]]

    def find(self, backend_id: str) -> tuple[Backend, Url] | None:
        """Return a backend; ids compare without case."""
        return self.by_id.get(backend_id.lower())
