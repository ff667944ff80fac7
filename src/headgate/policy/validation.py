"""What the elements that validate share: actions, errors, and what becomes of them.

The errors, their texts and statuses are those of Microsoft's page on validation policies: 400 for
requests, 502 for answers. The caller of an answer that is blocked learns no details.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from headgate.csharp.runtime.jsonconvert import owned
from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.policy.schema import Site

Action = Literal["ignore", "prevent", "detect"]
HIDDEN = "The request could not be processed due to an internal error. Contact the API owner."
NO_SCHEMA = "API's schema does not exist or it could not be resolved."
PROBLEMS_MAX = 10
"""Errors that one validation tells of."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One error: `details` is for operators, `public` for the caller where it may know."""

    name: str = ""
    type: str
    rule: str = ""
    details: str
    public: str = HIDDEN


class Validation:
    """The errors that one element finds in one message."""

    __slots__ = ("found", "site", "variable")

    def __init__(self, site: Site, variable: str | None) -> None:
        self.site = site
        self.variable = variable
        self.found: list[tuple[Problem, Action]] = []

    def add(self, problem: Problem, action: Action) -> None:
        """Take an error, unless it is ignored."""
        if action != "ignore" and len(self.found) < PROBLEMS_MAX:
            self.found.append((problem, action))

    def conclude(self, context: Context) -> None:
        """Log what was found to the variable. Raises CallError for the first that is prevented."""
        if not self.found:
            return
        if self.variable is not None:
            listed = [
                {
                    "Name": problem.name,
                    "Type": problem.type,
                    "ValidationRule": problem.rule,
                    "Details": problem.details,
                    "Action": action,
                }
                for problem, action in self.found
            ]
            context.variables[self.variable] = owned(listed)
        for problem, action in self.found:
            if action == "prevent":
                raise self._refusal(problem)

    def _refusal(self, problem: Problem) -> CallError:
        is_request = self.site.section == "inbound"
        error = CallError(
            400 if is_request else 502,
            problem.public if is_request else HIDDEN,
            source=self.site.name,
            reason="Bad request" if is_request else "Response not allowed",
            fault=Fault.CALLER if is_request else Fault.UPSTREAM,
        )
        error.detail = problem.details
        return error


def no_schema() -> Problem:
    """Return the error of an API that is not described."""
    return Problem(type="ApiSchema", details=NO_SCHEMA)
