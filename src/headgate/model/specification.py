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

    def resolved(self, part: Any) -> dict[str, Any]:
        """Return an object, following one reference within the document; empty if it is none."""
        reference = part.get("$ref") if isinstance(part, dict) else None
        if isinstance(reference, str) and reference.startswith("#/"):
            part = self.root
            for step in reference[2:].split("/"):
                name = step.replace("~1", "/").replace("~0", "~")
                part = part.get(name) if isinstance(part, dict) else None
        return part if isinstance(part, dict) else {}

    def parameters(self) -> list[dict[str, Any]]:
        """Return the declared parameters; what the operation says goes before what its path says."""
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
