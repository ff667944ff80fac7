"""The HTTP API of Azure AI Content Safety (version 2024-09-01), at any endpoint (apim.md 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec

from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.entities import Backend
from headgate.model.errors import CallError, internal_error
from headgate.model.messages import Headers, Url
from headgate.policy.backends import NO_BACKENDS, Backends, Pool
from headgate.policy.effects import FetchToken, ForwardFailed, Outgoing, Send, Steps, TokenFailed
from headgate.policy.query_strings import with_set

T = TypeVar("T")

SOURCE: Final = "llm-content-safety"
VERSION: Final = "2024-09-01"
TEXT_MAX: Final = 10_000
"""Characters that the service takes at a time."""
TIMEOUT = 30 * SECOND
SEVERITY_MAX = 7


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """What one element wants of texts, and who is asked."""

    backend: Backend
    thresholds: Mapping[str, int] = {}
    """The severity from which on a category is blocked."""
    output_type: str = "FourSeverityLevels"
    blocklists: tuple[str, ...] = ()
    window: int = TEXT_MAX
    """Characters of a completion that are looked at together."""
    overlap: int = 0
    """Characters of a window that the next one begins with."""


class Category(msgspec.Struct):
    """How severe a text is in one category."""

    category: str
    severity: int = 0


class Analysis(msgspec.Struct, rename="camel"):
    """The answer of `text:analyze`."""

    categories_analysis: list[Category]
    blocklists_match: list[Any] | None = None


class Attack(msgspec.Struct, rename="camel"):
    """Whether a text is an attack."""

    attack_detected: bool


class Shielding(msgspec.Struct, rename="camel"):
    """The answer of `text:shieldPrompt`."""

    user_prompt_analysis: Attack


def asked(context: Context, backend_id: str) -> Backend:
    """Return the backend of the service. Raises CallError 500 where there is none."""
    backends: Backends = context.owners.get(Backends, NO_BACKENDS)
    found = backends.find(backend_id)
    if found is None:
        raise unavailable(f"No backend has the id {backend_id}.")
    if not isinstance(found, Pool):
        return found.backend
    now = context.clock.monotonic()
    turn = found.balance.choose(
        lambda index: not found.members[index].wait(now), tried=set(), entropy=context.entropy
    )
    return found.members[turn or 0].backend


def windows(text: str, size: int = TEXT_MAX, *, overlap: int = 0) -> Iterator[str]:
    """Yield a text in pieces of some size, each beginning with the end of the one before."""
    size = min(size, TEXT_MAX)
    step = size - min(overlap, size - 1)
    for begin in range(0, max(1, len(text) - (size - step)), step):
        yield text[begin : begin + size]


def is_harmful(screen: Screen, text: str) -> Steps[bool]:
    """Return whether a text of one window is to be blocked. Raises CallError 500."""
    if not (screen.thresholds or screen.blocklists):
        return False
    wanted: dict[str, Any] = {"text": text, "outputType": screen.output_type}
    if screen.thresholds:
        wanted["categories"] = list(screen.thresholds)
    if screen.blocklists:
        wanted |= {"blocklistNames": screen.blocklists, "haltOnBlocklistHit": False}
    analysis = yield from answered(screen.backend, "text:analyze", wanted=wanted, kind=Analysis)
    found = {one.category: one.severity for one in analysis.categories_analysis}
    if screen.blocklists and analysis.blocklists_match:
        return True
    missing = screen.thresholds.keys() - found.keys()
    if missing:
        raise unavailable(f"The service did not say how severe {', '.join(missing)} is.")
    return any(found[name] >= least for name, least in screen.thresholds.items())


def is_attack(screen: Screen, text: str) -> Steps[bool]:
    """Return whether a prompt is an attack. Raises CallError 500."""
    wanted = {"userPrompt": text, "documents": []}
    shielding = yield from answered(
        screen.backend, "text:shieldPrompt", wanted=wanted, kind=Shielding
    )
    return shielding.user_prompt_analysis.attack_detected


def answered(backend: Backend, what: str, *, wanted: object, kind: type[T]) -> Steps[T]:
    """Return the answer of the service. Raises CallError 500."""
    request = yield from requested(backend, what, wanted=wanted)
    answer = yield from Send(request, TIMEOUT)
    if isinstance(answer, ForwardFailed):
        raise unavailable(answer.message)
    if answer.status != 200 or answer.body is None:
        raise unavailable(f"The service answered {answer.status}.")
    try:
        return msgspec.json.decode(answer.body.content, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise unavailable(f"The service answered something else: {error}") from error


def requested(backend: Backend, what: str, *, wanted: object) -> Steps[Outgoing]:
    """Return a request with the credentials of the backend. Raises CallError 500."""
    url, credentials = Url.parse(backend.url), backend.credentials
    headers = Headers.of(("Content-Type", "application/json"))
    for name, values in credentials.header:
        headers.set(name, *values)
    url.path = f"{url.path.rstrip('/')}/contentsafety/{what}"
    url.query_string = with_set(url.query_string, "api-version", values=(VERSION,))
    for name, values in credentials.query:
        url.query_string = with_set(url.query_string, name, values=values)
    if credentials.identity is not None:
        identity = credentials.identity
        token = yield from FetchToken(identity.resource, identity.client_id)
        if isinstance(token, TokenFailed):
            raise unavailable(token.message)
        headers.set("Authorization", f"Bearer {token}")
    elif credentials.authorization is not None:
        fixed = credentials.authorization
        headers.set("Authorization", f"{fixed.scheme} {fixed.parameter}")
    return Outgoing(
        method="POST",
        url=url,
        headers=headers,
        body=msgspec.json.encode(wanted),
        check_chain=backend.validate_certificate_chain,
        check_name=backend.validate_certificate_name,
    )


def unavailable(detail: str) -> CallError:
    """Return the error of a check that could not be made: what is not checked does not pass."""
    return internal_error(SOURCE, "ContentSafetyUnavailable", detail=detail)


def blocked(what: str) -> CallError:
    """Return the 403 for a text that may not pass."""
    message = f"{what} failed content safety check."
    return CallError(403, message, source=SOURCE, reason="ContentSafetyCheckFailed")
