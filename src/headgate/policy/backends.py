"""Backend entities at run time: found by id or URL, chosen from pools, guarded by breakers.

`exchange.begin` puts the `Backends` of the snapshot into `context.owners` (apim.md 6.1 to 6.4).
Breakers and the turns of pools are this process's own, as they are in Azure; a reload takes over
those of backends and pools that it does not change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from headgate.model.clock import MonotonicMicros
from headgate.model.context import Context
from headgate.model.entities import Backend
from headgate.model.errors import CallError, Fault
from headgate.model.messages import Url
from headgate.routing.balancing import Balance
from headgate.routing.breaker import Breaker

COOKIE_DIGITS = 16


class Target:
    """A backend that requests can be sent to."""

    __slots__ = ("backend", "breaker", "url")

    def __init__(self, backend: Backend, url: Url, *, breaker: Breaker | None) -> None:
        self.backend = backend
        self.url = url
        self.breaker = breaker

    def wait(self, now: MonotonicMicros) -> int:
        """Return how long until it may be called; 0: now."""
        return 0 if self.breaker is None else self.breaker.wait(now)


class Pool:
    """A backend that stands for others."""

    __slots__ = ("backend", "balance", "members", "session_cookie", "sessions")

    def __init__(self, backend: Backend, members: tuple[Target, ...], *, balance: Balance) -> None:
        self.backend = backend
        self.members = members
        self.balance = balance
        assert backend.pool is not None, "a pool has members"
        self.session_cookie = backend.pool.session_cookie
        self.sessions = [session_id(backend.id, member.backend.id) for member in members]
        """What the session cookie says for each member."""

    @property
    def url(self) -> Url:
        """Return where a request seems to go before a member is chosen."""
        return self.members[0].url

    def wait(self, now: MonotonicMicros) -> int:
        """Return how long until the first member may be called; 0: now."""
        return min(member.wait(now) for member in self.members)


def session_id(pool: str, member: str) -> str:
    """Return what a session cookie says: the same in every process, and no name of a backend."""
    return sha256(f"{pool.lower()}\0{member.lower()}".encode()).hexdigest()[:COOKIE_DIGITS]


class Backends:
    """The backends of a snapshot."""

    __slots__ = ("_by_id", "_by_place")

    def __init__(
        self, backends: Iterable[Backend] = (), *, previous: Backends | None = None
    ) -> None:
        """Take backends whose URLs and members have been checked, and those that served before."""
        self._by_id: dict[str, Target | Pool] = {}
        self._by_place: dict[str, Target | None] = {}
        """By base URL; None where several have it."""
        earlier = {} if previous is None else previous._by_id
        pools = []
        for backend in backends:
            if backend.pool is not None:
                pools.append(backend)
                continue
            target = target_of(backend, earlier.get(backend.id.lower()))
            place = place_of(target.url)
            self._by_id[backend.id.lower()] = target
            self._by_place[place] = None if place in self._by_place else target
        for backend in pools:
            before = earlier.get(backend.id.lower())
            self._by_id[backend.id.lower()] = self._pool_of(backend, before)

    def _pool_of(self, backend: Backend, before: Target | Pool | None) -> Pool:
        """Return a pool, with the turns that it had before if it has the same members."""
        assert backend.pool is not None
        members = [self._by_id[member.id.lower()] for member in backend.pool.members]
        targets = tuple(member for member in members if isinstance(member, Target))
        balance = Balance(backend.pool.members)
        if isinstance(before, Pool):
            assert before.backend.pool is not None
            if before.backend.pool.members == backend.pool.members:
                balance = before.balance
        return Pool(backend, targets, balance=balance)

    def find(self, backend_id: str) -> Target | Pool | None:
        """Return a backend; ids compare without case."""
        return self._by_id.get(backend_id.lower())

    def at(self, base: Url) -> Target | None:
        """Return the one backend that has a base URL (apim.md 6.1)."""
        return self._by_place.get(place_of(base)) if self._by_place else None

    def breakers(self) -> Iterator[tuple[str, Breaker]]:
        """Yield the id of each backend that has a breaker, and the breaker."""
        for found in self._by_id.values():
            if isinstance(found, Target) and found.breaker is not None:
                yield found.backend.id, found.breaker


def target_of(backend: Backend, before: Target | Pool | None) -> Target:
    """Return a target, with the breaker that it had if its URL and rule are the same."""
    breaker = None
    if backend.breaker is not None:
        breaker = Breaker(backend.breaker)
        if isinstance(before, Target) and before.breaker is not None:
            old = before.backend
            if (old.url, old.breaker) == (backend.url, backend.breaker):
                breaker = before.breaker
    return Target(backend, Url.parse(backend.url), breaker=breaker)


def place_of(url: Url) -> str:
    """Return what base URLs of the same place have in common."""
    return f"{url.scheme}://{url.host}:{url.port}{url.path}".rstrip("/")


NO_BACKENDS = Backends()


class Chosen:
    """The backend that a policy chose by its id, and what the call has tried of it."""

    __slots__ = ("scope", "target", "tried")

    def __init__(self, target: Target | Pool, scope: str) -> None:
        self.target = target
        self.scope = scope
        """Of the document that chose it."""
        self.tried: set[int] = set()
        """Members of the pool that the request was sent to."""


def choose_backend(context: Context, backend_id: str, *, scope: str) -> None:
    """Send the request to a backend entity. Raises CallError 500 when there is none of this id.

    A pool that is chosen again goes on with the members that this call has not tried.
    """
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
    chosen: Chosen | None = context.owners.get(Chosen)
    if chosen is not None and chosen.target is found:
        chosen.scope = scope
    else:
        context.owners[Chosen] = Chosen(found, scope)
    context.backend = found.backend
    context.aim(found.url)


def choose_url(context: Context, base: Url) -> None:
    """Send the request to a URL."""
    context.owners.pop(Chosen, None)
    context.backend = None
    context.aim(base)
