"""What a specification says of one operation: parts of an OpenAPI 3 document, as they were read."""

from __future__ import annotations

from typing import Any

MEMO_MAX = 64


class YamlNumber(str):
    """A number in YAML, kept as it is written until somebody wants to know its value."""

    __slots__ = ()


class Described:
    """An operation in its specification. Parts are shared with it and changed by nobody."""

    __slots__ = ("item", "memo", "operation", "root")

    def __init__(
        self, root: dict[str, Any], *, item: dict[str, Any], operation: dict[str, Any]
    ) -> None:
        self.root = root
        """The whole document, in which references lead somewhere."""
        self.item = item
        """The path that the operation belongs to."""
        self.operation = operation
        self.memo: dict[object, Any] = {}
        """What was made of it for some call; at most MEMO_MAX things."""

    def leads(self, reference: str) -> bool:
        """Tell whether a reference leads to an object or a truth value within the document."""
        return isinstance(self._target(reference), dict | bool)

    def resolved(self, part: Any) -> dict[str, Any]:
        """Return an object, following one reference within the document; empty if it is none."""
        reference = part.get("$ref") if isinstance(part, dict) else None
        if isinstance(reference, str) and (reference == "#" or reference.startswith("#/")):
            part = self._target(reference)
        return part if isinstance(part, dict) else {}

    def _target(self, reference: str) -> Any:
        """Return what a reference within the document leads to; None: nothing."""
        part: Any = self.root
        for step in reference.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            part = part.get(name) if isinstance(part, dict) else None
        return part

    def parameters(self) -> list[dict[str, Any]]:
        """Return the declared parameters; those of the operation go before those of its path."""
        found: dict[tuple[Any, Any], dict[str, Any]] = {}
        for listed in (self.item.get("parameters"), self.operation.get("parameters")):
            for one in listed if isinstance(listed, list) else ():
                parameter = self.resolved(one)
                if isinstance(parameter.get("name"), str):
                    found[parameter["name"], parameter.get("in")] = parameter
        return list(found.values())

    def response(self, status: int) -> dict[str, Any]:
        """Return what is said of answers with a status: by it, by its range, or by default."""
        return self.declared_response(status) or {}

    def declared_response(self, status: int) -> dict[str, Any] | None:
        """Return what is said of answers with a status; None: it is not declared."""
        responses = self.operation.get("responses")
        if not isinstance(responses, dict):
            return None
        for name in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if name in responses:
                return self.resolved(responses[name])
        return None
