"""JSON Schema as OpenAPI uses it, compiled to functions once and run within a budget.

The package jsonschema takes about 10 µs a keyword, so a thousand small objects would hold the event
loop for 20 ms; compiled, a keyword takes less than 1 µs, and the work is counted. Tests hold the
two to the same verdicts. `$ref` leads to parts of the same document only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from headgate.model.specification import Described
from headgate.policy.samples import typed
from headgate.policy.schema_keywords import (
    DEPTH_MAX,
    Check,
    Pattern,
    Run,
    SchemaError,
    TooMuchWork,
    plain_checks,
)

UNSUPPORTED = (
    *("$dynamicRef", "$recursiveRef", "unevaluatedProperties", "unevaluatedItems"),
    *("dependentSchemas", "dependencies"),
)


class Mode(msgspec.Struct, frozen=True):
    """How a schema is read: what `validate-content` says."""

    additional: bool | None = None
    """What `additionalProperties` is, whatever the schema says."""
    ignore_case: bool = False
    """Whether case is ignored in the names of properties."""


AS_IS = Mode()


class Schema:
    """A compiled schema. Raises SchemaError."""

    __slots__ = ("_check",)

    def __init__(self, described: Described, schema: Any, *, mode: Mode = AS_IS) -> None:
        self._check = _Compiler(described, mode).check(schema)

    def messages(self, value: Any) -> list[str]:
        """Return what is wrong with a value. Raises TooMuchWork, SchemaError for a part of the
        schema that nothing led to before."""
        run = Run()
        self._check(value, run)
        return run.messages


def passes(check: Check, value: Any, *, run: Run) -> bool:
    """Tell whether a value passes; what is wrong with it is not told."""
    inner = Run(run.left)
    inner.depth, inner.path = run.depth, run.path
    check(value, inner)
    run.left = inner.left
    return not inner.messages


def never(value: Any, run: Run) -> None:
    """Accept nothing."""
    run.tell("Schema always fails validation.")


class _Compiler:
    """Compiles a schema, and what it refers to when that is needed."""

    def __init__(self, described: Described, mode: Mode) -> None:
        self.described = described
        self.mode = mode
        self.known: dict[tuple[str, bool], Check] = {}

    def check(self, schema: Any, *, is_part: bool = False) -> Check:
        """Return the check of a schema; `is_part`: its object has properties of others in allOf.

        Raises SchemaError.
        """
        if schema is False:
            return never
        if not isinstance(schema, dict | bool):
            raise SchemaError("A schema is neither an object nor true or false.")
        checks = list(self._checks(schema, is_part=is_part)) if isinstance(schema, dict) else []
        if len(checks) == 1:
            return checks[0]

        def check(value: Any, run: Run) -> None:
            run.spend(1 + len(checks))
            for one in checks:
                one(value, run)

        return check

    def _checks(self, schema: dict[str, Any], *, is_part: bool) -> Iterator[Check]:
        for name in UNSUPPORTED:
            if name in schema:
                raise SchemaError(f"`{name}` is not supported in schemas.")
        if "$ref" in schema:
            yield self._reference(schema["$ref"], is_part=is_part)
        yield from plain_checks({name: typed(one) for name, one in plain_part(schema).items()})
        yield from self._combinations(schema, is_part=is_part)
        if schema.keys() & {"items", "prefixItems", "contains"}:
            yield self._array(schema)
        if schema.keys() & OBJECT or (self.mode.additional is False and "allOf" in schema):
            yield self._object(schema, is_part=is_part)

    def _reference(self, reference: Any, *, is_part: bool) -> Check:
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise SchemaError(f"`$ref` leads out of the document: {reference!r}.")
        if not self.described.leads(reference):
            raise SchemaError(f"`$ref` leads nowhere: {reference!r}.")
        key = (reference, is_part)

        def check(value: Any, run: Run) -> None:
            found = self.known.get(key)
            if found is None:
                target = self.described.resolved({"$ref": reference})
                found = self.known[key] = self.check(target, is_part=is_part)
            run.spend(1)
            run.depth += 1
            if run.depth > DEPTH_MAX:
                raise TooMuchWork
            found(value, run)
            run.depth -= 1

        return check

    def _combinations(self, schema: dict[str, Any], *, is_part: bool) -> Iterator[Check]:
        closes = self.mode.additional is False
        for one in listed(schema, "allOf"):
            yield self.check(one, is_part=is_part or closes)
        for name, fits, message in (
            ("anyOf", lambda count: count > 0, "JSON does not match any schemas from 'anyOf'."),
            ("oneOf", lambda count: count == 1, "JSON is valid against {} schemas from 'oneOf'."),
        ):
            if name in schema:
                checks = [self.check(one, is_part=is_part) for one in listed(schema, name)]
                yield choice(checks, fits, message=message)
        if "not" in schema:
            refused = self.check(schema["not"], is_part=True)
            yield choice(
                [refused], lambda count: count == 0, message="JSON is valid against 'not'."
            )
        if "if" in schema:
            condition = self.check(schema["if"], is_part=True)
            then, other = (self.check(schema.get(one, True)) for one in ("then", "else"))

            def check(value: Any, run: Run) -> None:
                follows = then if passes(condition, value, run=run) else other
                follows(value, run)

            yield check

    def _array(self, schema: dict[str, Any]) -> Check:
        first = [self.check(one) for one in listed(schema, "prefixItems")]
        rest = self.check(schema.get("items", True))
        contained = self.check(schema["contains"]) if "contains" in schema else None
        least = typed(schema.get("minContains", 1))
        most = typed(schema.get("maxContains"))

        def check(value: Any, run: Run) -> None:
            if not isinstance(value, list):
                return
            run.spend(1 + 2 * len(value))
            for at, one in enumerate(value):
                item = first[at] if at < len(first) else rest
                run.path.append(f"[{at}]")
                item(one, run)
                run.path.pop()
            if contained is not None:
                count = sum(passes(contained, one, run=run) for one in value)
                if count < least or (most is not None and count > most):
                    run.tell("The number of items that match 'contains' does not fit.")

        return check

    def _object(self, schema: dict[str, Any], *, is_part: bool) -> Check:
        fold = str.lower if self.mode.ignore_case else str
        properties = {
            fold(name): self.check(one) for name, one in named(schema, "properties").items()
        }
        patterns = [
            (Pattern(name), self.check(one))
            for name, one in named(schema, "patternProperties").items()
        ]
        required = [(fold(str(name)), str(name)) for name in listed(schema, "required")]
        needs = {
            fold(name): [fold(str(one)) for one in others]
            for name, others in named(schema, "dependentRequired").items()
        }
        names = self.check(schema["propertyNames"]) if "propertyNames" in schema else None
        rest = self._rest(schema, is_part=is_part)
        elsewhere = self._elsewhere(schema, fold) if rest is never else frozenset()

        def check(value: Any, run: Run) -> None:
            if not isinstance(value, dict):
                return
            run.spend(1 + 3 * len(value) + len(required))
            there = {fold(name) for name in value} if required or needs else ()
            missing = [name for key, name in required if key not in there]
            if missing:
                listed_names = ", ".join(missing)
                run.tell(f"Required properties are missing from object: {listed_names}.")
            for name, one in value.items():
                key = fold(name)
                run.path.append(f".{name}")
                if names is not None:
                    names(name, run)
                if any(other not in there for other in needs.get(key, ())):
                    run.tell(f"Properties that {name} depends on are missing.")
                found = properties.get(key)
                if found is not None:
                    found(one, run)
                is_known = found is not None
                for pattern, matched in patterns:
                    if pattern.matches(name, run):
                        is_known = True
                        matched(one, run)
                if is_known or rest is None or key in elsewhere:
                    pass
                elif rest is never:
                    message = f"Property '{name}' has not been defined and the schema does not"
                    run.tell(f"{message} allow additional properties.")
                else:
                    rest(one, run)
                run.path.pop()

        return check

    def _rest(self, schema: dict[str, Any], *, is_part: bool) -> Check | None:
        """Return the check of properties that are not declared; None: they may be anything."""
        forced = self.mode.additional
        if forced is True or (forced is False and is_part):
            return None
        if forced is False and schema.keys() & {"properties", "allOf"}:
            return never
        given = schema.get("additionalProperties", True)
        return None if given is True else self.check(given)

    def _elsewhere(self, schema: dict[str, Any], fold: Any, *, depth: int = 0) -> frozenset[str]:
        """Return the properties that the other parts of an allOf declare, where none is open."""
        if self.mode.additional is not False or depth > DEPTH_MAX:
            return frozenset()
        found: set[str] = set()
        parts = listed(schema, "allOf") + listed(schema, "anyOf") + listed(schema, "oneOf")
        for one in [*parts, schema] if "$ref" in schema else parts:
            part = self.described.resolved(one)
            found |= {fold(name) for name in named(part, "properties")}
            found |= self._elsewhere(part, fold, depth=depth + 1)
        return frozenset(found)


PLAIN = {
    *("type", "nullable", "enum", "const", "minimum", "maximum", "exclusiveMinimum"),
    *("exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems"),
    *("minProperties", "maxProperties", "uniqueItems", "pattern", "format"),
}
OBJECT = {
    *("properties", "patternProperties", "additionalProperties", "required"),
    *("propertyNames", "dependentRequired"),
}


def plain_part(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the keywords that look at one value."""
    return {name: schema[name] for name in PLAIN & schema.keys()}


def listed(schema: dict[str, Any], name: str) -> list[Any]:
    """Return a list in a schema; empty if there is none."""
    found = schema.get(name)
    return found if isinstance(found, list) else []


def named(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object in a schema; empty if there is none."""
    found = schema.get(name)
    return found if isinstance(found, dict) else {}


def choice(checks: list[Check], fits: Any, *, message: str) -> Check:
    """Return a check that counts which of several pass."""

    def check(value: Any, run: Run) -> None:
        count = sum(passes(one, value, run=run) for one in checks)
        if not fits(count):
            run.tell(message.format(count or "no"))

    return check
