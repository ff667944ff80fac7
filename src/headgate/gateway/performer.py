"""Performs the effects of one computation that are not about the call's own request and answer.

`Driver`, which drives a call, is one performer; `Branch`, one of several computations that run side
by side within a call, is another.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol

from headgate.exchange.call import Call
from headgate.gateway.errand import Errand
from headgate.gateway.plane import Plane
from headgate.model.clock import SECOND
from headgate.model.messages import Response
from headgate.policy.effects import (
    Apply,
    CacheLookup,
    CacheRemove,
    CacheStore,
    CountPrompt,
    CountText,
    Dispatch,
    Effect,
    FetchSigningKeys,
    FetchToken,
    ForwardFailed,
    Send,
    SimilarLookup,
    SimilarStore,
    Sleep,
    Steps,
    Together,
    not_beside,
)

PENDING: Final = object()


class Performer(ABC):
    """One computation and what it waits for: a timer, a task, an errand, branches of its own."""

    __slots__ = ("branches", "call", "errand", "plane", "services", "steps", "task", "timer")

    call: Call
    steps: Steps[Any]

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.services = plane.services
        self.timer: asyncio.TimerHandle | None = None
        self.task: asyncio.Task[Any] | None = None
        self.errand: Errand | None = None
        self.branches: Branches | None = None

    @abstractmethod
    def advance(self, reply: object) -> None:
        """Resume the computation with the reply to its last effect."""

    @abstractmethod
    def crash(self, error: BaseException) -> None:
        """End a call that met a bug."""

    def stop_waiting(self) -> None:
        """Stop everything that would call `advance`."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        if self.task is not None:
            self.task.cancel()
            self.task = None
        if self.errand is not None:
            self.errand.abandon()
            self.errand = None
        if self.branches is not None:
            self.branches.close()
            self.branches = None

    def sleep(self, effect: Sleep) -> object:
        """Wait."""
        seconds = min(effect.duration / SECOND, self.plane.timeouts.sleep)
        self.timer = self.plane.loop.call_later(seconds, self.on_wake)
        return PENDING

    def on_wake(self) -> None:
        """Resume after a Sleep."""
        self.timer = None
        self.advance(None)

    def fetch_token(self, effect: FetchToken) -> object:
        """Get an access token, at hand or by a task."""
        tokens = self.services.tokens
        token = tokens.held(effect.resource, effect.client_id)
        if token is not None:
            return token
        return self.wait_for(tokens.fetch(effect.resource, effect.client_id))

    def fetch_signing_keys(self, effect: FetchSigningKeys) -> object:
        """Get the keys of an OpenID provider, at hand or by a task."""
        provider = self.services.openid
        keys = provider.held(effect.url, effect.unknown_key)
        if keys is not None:
            return keys
        ask = self.plane.errands.ask
        return self.wait_for(provider.fetch(effect.url, effect.unknown_key, ask=ask))

    def wait_for(self, coroutine: Coroutine[Any, Any, object]) -> object:
        """Resume with what a coroutine returns."""
        self.task = self.plane.loop.create_task(coroutine)
        self.task.add_done_callback(self.on_task_done)
        return PENDING

    def on_task_done(self, task: asyncio.Task[Any]) -> None:
        """Resume with the result; a task that was cancelled here is not listened to."""
        if task is not self.task:
            return
        self.task = None
        error = task.exception()
        if error is None:
            self.advance(task.result())
        else:
            self.crash(error)

    def send_errand(self, effect: Send) -> object:
        """Send a request of the gateway's own."""
        errand = self.plane.errands.send(
            effect.request, timeout=effect.timeout, done=self.on_errand_done
        )
        if isinstance(errand, ForwardFailed):
            return errand
        self.errand = errand
        return PENDING

    def on_errand_done(self, outcome: Response | ForwardFailed) -> None:
        """Resume with the answer to a request of the gateway's own."""
        self.errand = None
        self.advance(outcome)

    def dispatch(self, effect: Dispatch) -> object:
        """Send a request that nobody waits for."""
        self.plane.errands.dispatch(effect.request, timeout=effect.timeout)
        return None

    def together(self, effect: Together) -> object:
        """Run computations side by side."""
        branches = self.branches = Branches(self, effect)
        if not branches.start():
            return PENDING
        self.branches = None
        return branches.results()

    def on_branches_done(self, results: tuple[Any, ...]) -> None:
        """Resume with what the branches returned."""
        self.branches = None
        self.advance(results)


class Branches:
    """The computations of one `Together`."""

    __slots__ = ("branches", "started", "until", "waiting", "whole")

    def __init__(self, whole: Performer, effect: Together) -> None:
        self.whole = whole
        self.branches = [Branch(self, steps) for steps in effect.branches]
        self.until = effect.until
        self.waiting = len(self.branches)
        self.started = False

    def start(self) -> bool:
        """Start all; return whether the whole is done already, without its being told."""
        for branch in self.branches:
            # A bug in one of them has ended the call, and closed the others.
            if not self.enough and not branch.ended:
                branch.advance(None)
        self.started = True
        if self.enough:
            self.close()
        return self.enough

    @property
    def enough(self) -> bool:
        """Whether as many have ended as there need to."""
        return self.waiting == 0 or (self.until == "any" and self.waiting < len(self.branches))

    def on_branch_done(self) -> None:
        """Count, and tell the whole when enough have ended."""
        self.waiting -= 1
        if self.started and self.enough:
            self.close()
            self.whole.on_branches_done(self.results())

    def results(self) -> tuple[Any, ...]:
        """Return what each branch returned; None for one that was closed."""
        return tuple(branch.result for branch in self.branches)

    def close(self) -> None:
        """Close those that are still running."""
        for branch in self.branches:
            branch.close()


class Whole(Protocol):
    """What a branch belongs to."""

    plane: Plane
    call: Call

    def crash(self, error: BaseException) -> None:
        """End the whole call."""
        ...


class Siblings(Protocol):
    """Who waits for a branch."""

    @property
    def whole(self) -> Whole:
        """Return what the branch belongs to."""
        ...

    def on_branch_done(self) -> None:
        """Hear that a branch has ended."""
        ...


class Branch(Performer):
    """One computation beside others."""

    __slots__ = ("ended", "result", "siblings")

    def __init__(self, siblings: Siblings, steps: Steps[Any]) -> None:
        super().__init__(siblings.whole.plane)
        self.call = siblings.whole.call
        self.steps = steps
        self.siblings = siblings
        self.result: Any = None
        self.ended = False

    def advance(self, reply: object) -> None:
        """Resume the computation; at its end the siblings hear of it."""
        try:
            effect = self.steps.send(reply)
            while True:
                perform = PERFORM_ANYWHERE.get(type(effect))
                if perform is None:
                    effect = self.steps.throw(not_beside(effect))
                    continue
                reply = perform(self, effect)
                if reply is PENDING:
                    return
                effect = self.steps.send(reply)
        except StopIteration as end:
            self.result = end.value
        except Exception as error:  # noqa: BLE001 a bug of ours must end as an answer
            self.crash(error)
            return
        self.ended = True
        self.siblings.on_branch_done()

    def crash(self, error: BaseException) -> None:
        """End the whole call, with whatever this waits for."""
        self.close()
        self.siblings.whole.crash(error)

    def close(self) -> None:
        """Stop where it is."""
        if not self.ended:
            self.ended = True
            self.stop_waiting()
            self.steps.close()


def cache_lookup(performer: Performer, effect: CacheLookup) -> object:
    """Look a value up."""
    return performer.services.cache.lookup(effect.key)


def cache_store(performer: Performer, effect: CacheStore) -> None:
    """Keep a value."""
    performer.services.cache.store(effect.key, effect.value, duration=effect.duration)


def cache_remove(performer: Performer, effect: CacheRemove) -> None:
    """Forget a value."""
    performer.services.cache.remove(effect.key)


def similar_lookup(performer: Performer, effect: SimilarLookup) -> object:
    """Look for the value whose vector is closest."""
    similar = performer.services.similar
    return similar.lookup(effect.partition, effect.vector, distance=effect.distance)


def similar_store(performer: Performer, effect: SimilarStore) -> None:
    """Keep a value under a vector."""
    performer.services.similar.store(
        effect.partition, effect.vector, value=effect.value, duration=effect.duration
    )


PERFORM_ANYWHERE: dict[type[Effect[Any]], Callable[[Any, Any], object]] = {
    Apply: lambda performer, effect: performer.services.store.apply(effect.operation),
    CacheLookup: cache_lookup,
    CacheRemove: cache_remove,
    CacheStore: cache_store,
    CountPrompt: lambda performer, effect: performer.services.counter.count(
        effect.parts, effect.model
    ),
    CountText: lambda performer, effect: performer.services.counter.count(
        effect.text, effect.model
    ),
    Dispatch: Performer.dispatch,
    FetchSigningKeys: Performer.fetch_signing_keys,
    FetchToken: Performer.fetch_token,
    Send: Performer.send_errand,
    SimilarLookup: similar_lookup,
    SimilarStore: similar_store,
    Sleep: Performer.sleep,
    Together: Performer.together,
}
"""What any computation may ask for."""
