"""What a document is compiled against: everything that it may refer to."""

from __future__ import annotations

from collections.abc import Mapping, Set

import msgspec

from headgate.model.entities import NamedValue, PolicySource
from headgate.policy.instrument import Instrument
from headgate.policy.schema import Registry


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """The elements that exist, and the parts of a service that documents name."""

    registry: Registry
    named_values: Mapping[str, NamedValue] = {}
    """By the name that `{{…}}` refers to."""
    fragments: Mapping[str, PolicySource] = {}
    """By id."""
    backends: Set[str] | None = None
    """Ids; None leaves references to backends unchecked."""
    variables: Mapping[str, str] = {}
    """Given on the command line: named values, before those of the service, and placeholders."""
    allow_missing_named_values: bool = False
    """Check what can be checked: an unknown named value is a warning, its value goes unchecked."""
    stands_alone: bool = False
    """No service is at hand: a fragment that is not given is a warning."""
    instrument: Instrument | None = None
    """Who watches the steps run."""
    allow_unsupported: bool = False
    """An element of APIM that does not exist here is a warning, and a 501 when reached."""

    def lacks_backend(self, backend: str) -> bool:
        """Tell whether a backend is known not to exist; ids compare without case."""
        if self.backends is None:
            return False
        return backend.lower() not in {known.lower() for known in self.backends}
