"""Declared parameters and headers: read as their schemas say, and validated (apim.md 9.3)."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from headgate.model.messages import HeaderItem, Headers
from headgate.model.specification import Described
from headgate.policy.json_reading import JsonRefused, read_json
from headgate.policy.json_schema import Schema
from headgate.policy.schema_keywords import SchemaError, TooMuchWork
from headgate.policy.validation import HIDDEN, Action, Problem, Validation

NUMBER = re.compile(r"[+-]?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,3})?")
WHOLE = re.compile(r"[+-]?\d{1,400}")
VALUES_MAX = 1_000
"""Items of a list in one parameter."""
SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}


class Kind(msgspec.Struct, frozen=True):
    """Where a value stands: the type in errors, and the words for it."""

    type: str
    noun: str


HEADER = Kind("RequestHeader", "header")
QUERY = Kind("QueryParameter", "query parameter")
PATH = Kind("PathParameter", "path parameter")
RESPONSE_HEADER = Kind("ResponseHeader", "header")


class Unparsable(Exception):
    """A text is not what its schema says."""


class Parameter:
    """One declared parameter or header, with its schema compiled."""

    __slots__ = ("_item", "_json", "_kinds", "_schema", "_separator", "error", "name", "required")

    def __init__(self, described: Described, declared: dict[str, Any], *, name: str) -> None:
        self.name = name
        self.required = declared.get("required") is True
        given = declared.get("schema", True)
        content = declared.get("content")
        self._json = isinstance(content, dict) and bool(content)
        if isinstance(content, dict) and content:
            media: Any = next(iter(content.values()))
            given = media.get("schema", True) if isinstance(media, dict) else True
        self.error = ""
        """Why the schema cannot be compiled; empty: it is."""
        try:
            self._schema = Schema(described, given)
        except SchemaError as error:
            self._schema = Schema(described, True)
            self.error = str(error)
        resolved = described.resolved(given)
        self._kinds = kinds_of(resolved)
        self._item = kinds_of(described.resolved(resolved.get("items")))
        explodes = declared.get("explode", declared.get("style", "form") == "form")
        is_split = declared.get("in") == "query" and explodes is True
        self._separator = None if is_split else SEPARATORS.get(str(declared.get("style")), ",")

    def problem(self, values: list[str], kind: Kind) -> Problem | None:
        """Return what is wrong with the values that a message has; None: nothing."""
        noun, name = kind.noun, self.name
        if self.error:
            details = (
                f"API's schema does not contain definition {self.error}, which is associated with"
                f" the {noun} {name}."
            )
            return self._told(kind, "MissingDefinition", details=details, public=HIDDEN)
        if not values:
            if not self.required:
                return None
            return self._told(kind, "IncorrectMessage", details=f"The {noun} {name} is missing.")
        if len(values) > 1 and "array" not in self._kinds:
            whose = "Response" if kind is RESPONSE_HEADER else "Request"
            details = f"{whose} cannot contain multiple values for the {noun} {name}."
            return self._told(kind, "IncorrectMessage", details=details)
        try:
            found = self._schema.messages(self._parsed(values))
        except Unparsable as error:
            details = f"Value of the {noun} {name} cannot be parsed according to the definition."
            return self._told(kind, "IncorrectMessage", details=f"{details} {error}")
        except (TooMuchWork, SchemaError) as error:
            reason = str(error) or "It takes too much work."
            details = f"{noun.capitalize()} {name} cannot be validated. {reason}"
            return self._told(kind, "ValidationError", details=details, public=HIDDEN)
        if not found:
            return None
        details = f"Value of the {noun} {name} does not conform to the definition. {found[0]}"
        return self._told(kind, "IncorrectMessage", details=details)

    def _told(self, kind: Kind, rule: str, *, details: str, public: str = "") -> Problem:
        return Problem(
            name=self.name, type=kind.type, rule=rule, details=details, public=public or details
        )

    def _parsed(self, values: list[str]) -> Any:
        """Return the value. Raises Unparsable."""
        if self._json:
            try:
                return read_json(values[0].encode())
            except JsonRefused as error:
                raise Unparsable(str(error)) from error
        if "array" not in self._kinds:
            return scalar(values[0], self._kinds)
        parts = values
        if self._separator is not None:
            parts = [part for value in values for part in value.split(self._separator)]
        if len(parts) > VALUES_MAX:
            raise Unparsable(f"It has more than {VALUES_MAX} values.")
        return [scalar(part.strip(), self._item) for part in parts]


def kinds_of(schema: dict[str, Any]) -> tuple[str, ...]:
    """Return the types that a schema names; empty: any."""
    given = schema.get("type")
    return (given,) if isinstance(given, str) else tuple(given or ())


def scalar(text: str, kinds: tuple[str, ...]) -> Any:
    """Return a text as the value of one of some types. Raises Unparsable."""
    if not kinds or "string" in kinds:
        return text
    if "integer" in kinds and WHOLE.fullmatch(text):
        return int(text)
    if "number" in kinds and NUMBER.fullmatch(text):
        return float(text)
    if "boolean" in kinds and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if "null" in kinds and not text:
        return None
    if "object" in kinds:
        try:
            return read_json(text.encode())
        except JsonRefused as error:
            raise Unparsable(str(error)) from error
    raise Unparsable(f"'{text[:100]}' is not of type {', '.join(kinds)}.")


Declared = dict[str, Parameter]
"""Parameters of one place by name, those of headers in lower case."""


def request_parameters(described: Described) -> dict[str, Declared]:
    """Return the parameters that an operation declares by `header`, `query` and `path`.

    They are compiled once for an operation.
    """
    found: dict[str, Declared] | None = described.memo.get("parameters")
    if found is None:
        found = {"header": {}, "query": {}, "path": {}}
        for declared in described.parameters():
            place, name = declared.get("in"), declared["name"]
            if place in found:
                key = name.lower() if place == "header" else name
                found[place][key] = Parameter(described, declared, name=name)
        described.memo["parameters"] = found
    return found


def response_headers(described: Described, status: int) -> Declared:
    """Return the headers that an operation declares for answers with a status, compiled once."""
    key = ("headers", status)
    found: Declared | None = described.memo.get(key)
    if found is None:
        headers = described.response(status).get("headers")
        found = {}
        for name, one in headers.items() if isinstance(headers, dict) else ():
            found[name.lower()] = Parameter(described, described.resolved(one), name=name)
        described.memo[key] = found
    return found


class Actions(msgspec.Struct, frozen=True):
    """What is done about parameters of one place."""

    specified: Action
    unspecified: Action
    overrides: dict[str, Action]
    """By name, those of headers in lower case."""


def values_of(headers: Headers, *, without: list[HeaderItem] | None = None) -> dict[str, list[str]]:
    """Return the values of headers by lower-case names, leaving out some lines."""
    left_out = {id(line) for line in without or ()}
    found: dict[str, list[str]] = {}
    for line in headers.items:
        if id(line) not in left_out:
            found.setdefault(line[0].decode("latin-1"), []).append(line[2].decode("latin-1"))
    return found


def validate(
    declared: Declared,
    present: dict[str, list[str]],
    *,
    kind: Kind,
    actions: Actions,
    validation: Validation,
) -> None:
    """Hold what a message has in one place to what is declared."""
    for name, parameter in declared.items():
        action = actions.overrides.get(name, actions.specified)
        if action != "ignore":
            problem = parameter.problem(present.get(name, []), kind)
            if problem is not None:
                validation.add(problem, action)
    for name in present:
        if name not in declared:
            details = f"Unspecified {kind.noun} {name} is not allowed."
            problem = Problem(
                name=name, type=kind.type, rule="Unspecified", details=details, public=details
            )
            validation.add(problem, actions.overrides.get(name, actions.unspecified))
