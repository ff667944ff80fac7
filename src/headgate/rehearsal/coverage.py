"""Which elements and branches of the documents ran, and which element ended a call.

Documents of a rehearsal are compiled with a `Watcher`; what serves real calls is compiled without
one and pays nothing. An element of a fragment counts once, wherever the
fragment is included. Branches are those of `choose`, a missing `otherwise` being one too, and
whether `retry` tried again or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from headgate.csharp.errors import DotNetError
from headgate.model.context import Context
from headgate.model.errors import CallError, Where
from headgate.model.messages import Response
from headgate.policy.effects import Steps
from headgate.policy.elements.choose import Choose
from headgate.policy.elements.retry import Retry
from headgate.policy.inheritance import DEFAULT_GLOBAL
from headgate.policy.node import Node
from headgate.policy.plan import Block, ResponseReturned, Step
from headgate.policy.text import Text
from headgate.policy.value import Value

Lines = tuple[int, int]
"""First and last line, both included."""
Place = tuple[int, int]
"""Line and column."""


class Branch(msgspec.Struct):
    """One way that an element may go."""

    name: str
    line: int
    taken: bool = False


class Spot(msgspec.Struct):
    """One element of a document."""

    element: str
    lines: Lines
    ran: bool = False
    branches: dict[str, Branch] = {}


class Trail:
    """What a call leaves behind while it runs: where it was ended early."""

    def __init__(self) -> None:
        self._error: Exception | None = None
        self._where: Where | None = None

    def note(self, error: Exception, step: Step) -> None:
        """Note an error or return as it passes a step, the innermost first."""
        if isinstance(error, CallError):
            self._where = error.where or step.where
        elif error is not self._error:
            self._where = step.where
        self._error = error

    def ended_by(self, context: Context) -> Where | None:
        """Return the element that made the answer, by a return or an error that stayed."""
        where, error = self._where, context.last_error
        if where is None or isinstance(self._error, ResponseReturned):
            return where
        stayed = error is not None and (error.section, error.path) == (where.section, where.path)
        return where if stayed else None


class Coverage:
    """The elements of all documents that were compiled, by file and place."""

    def __init__(self) -> None:
        self.documents: dict[Path, dict[Place, Spot]] = {}

    def watch(self, folder: Path) -> Watcher:
        """Return the instrument that documents below a folder are compiled with."""
        return Watcher(self, folder)

    def summed(self) -> list[Covered]:
        """Return how much of each document ran, in order of files."""
        return [
            covered(file, list(spots.values())) for file, spots in sorted(self.documents.items())
        ]


class Watcher:
    """Makes steps note that they run; an `Instrument`."""

    def __init__(self, coverage: Coverage, folder: Path) -> None:
        self._coverage = coverage
        self._folder = folder

    def value(self, value: Value[Any], text: Text, *, what: str) -> None:
        """Leave expressions as they are: an element is the least that runs or not."""

    def step(self, step: Step, node: Node) -> Step:
        """Return the step, made to note that it ran."""
        file, position = node.place
        if file == DEFAULT_GLOBAL.file:
            return step
        last = node.source.place(max(node.start, node.end - 1))[1].line
        spots = self._coverage.documents.setdefault(self._folder / file, {})
        made = Spot(node.name, (position.line, last))
        spot = spots.setdefault((position.line, position.column), made)
        # A step is a method of its element, except where the element does not exist here.
        element = getattr(step.apply or step.drive, "__self__", None)
        fork: Fork | None = None
        if isinstance(element, Choose):
            fork = fork_of_choose(element, node, branches=spot.branches)
        elif isinstance(element, Retry):
            fork = fork_of_retry(element, node, branches=spot.branches)
        watch(step, spot, fork=fork)
        return step


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one document ran."""

    file: str
    elements: int
    ran: int
    branches: int
    taken: int
    lines: tuple[Lines, ...]
    """Where elements stand that never ran."""
    missed: tuple[tuple[int, str], ...]
    """Line and name of branches that were never taken, of elements that ran."""

    @property
    def percent(self) -> int:
        """Return the part of elements and branches that ran; 100 only if all did."""
        return percent(self.ran + self.taken, self.elements + self.branches)


def percent(part: int, whole: int) -> int:
    """Return a part in percent, rounded down."""
    return 100 * part // whole if whole else 100


def covered(file: Path, spots: Sequence[Spot]) -> Covered:
    """Sum up one document."""
    branches = [branch for spot in spots for branch in spot.branches.values()]
    missed = [
        (branch.line, branch.name)
        for spot in spots
        if spot.ran
        for branch in spot.branches.values()
        if not branch.taken
    ]
    return Covered(
        file=str(file),
        elements=len(spots),
        ran=sum(spot.ran for spot in spots),
        branches=len(branches),
        taken=sum(branch.taken for branch in branches),
        lines=tuple(merged(spot.lines for spot in spots if not spot.ran)),
        missed=tuple(sorted(missed)),
    )


def merged(ranges: Iterable[Lines]) -> Iterator[Lines]:
    """Yield ranges of lines in order, those that overlap or touch as one."""
    last: Lines | None = None
    for first, end in sorted(ranges):
        if last is None:
            last = (first, end)
        elif first <= last[1] + 1:
            last = (last[0], max(last[1], end))
        else:
            yield last
            last = (first, end)
    if last is not None:
        yield last


class Fork:
    """Where a call may go one way or another.

    `decide` is told how often each block ran, and tells which branch that was.
    """

    def __init__(self, branches: Sequence[Branch], decide: Callable[[list[int]], int]) -> None:
        self.branches = branches
        self._decide = decide
        self._runs: dict[int, list[int]] = {}
        """By call: how often each block has run."""

    def begin(self, context: Context) -> None:
        """Begin to count for a call."""
        self._runs[id(context)] = [0] * len(self.branches)

    def end(self, context: Context, *, completed: bool) -> None:
        """Note the way that was gone; an element that failed before any of its ways went none."""
        runs = self._runs.pop(id(context))
        if completed or any(runs):
            self.branches[self._decide(runs)].taken = True

    def watched(self, block: Block, index: int) -> Block:
        """Return a block that notes when it runs."""
        return WatchedBlock(block, lambda context: self._note(context, index))

    def _note(self, context: Context, index: int) -> None:
        runs = self._runs.get(id(context))
        if runs is not None:
            runs[index] += 1


class WatchedBlock(Block):
    """A block that tells when it runs."""

    __slots__ = ("_tell",)

    def __init__(self, block: Block, tell: Callable[[Context], None]) -> None:
        super().__init__(block.steps)
        self._tell = tell

    def apply(self, context: Context) -> None:
        """Tell and run."""
        self._tell(context)
        super().apply(context)

    def drive(self, context: Context) -> Steps[None]:
        """Tell and run."""
        self._tell(context)
        yield from super().drive(context)


def fork_of_choose(element: Choose, node: Node, *, branches: dict[str, Branch]) -> Fork:
    """Watch which case of a choose runs; none of them is a way too."""
    nodes = [child for child in node.children if child.name in ("when", "otherwise")]
    ways = [
        way(branches, f"when {number}" if child.name == "when" else "otherwise", node=child)
        for number, child in enumerate(nodes, 1)
    ]
    if element.otherwise is None:
        ways.append(way(branches, "no condition is true", node=node))
    # Without a block that ran it is the last way: no condition was true.
    fork = Fork(ways, lambda runs: runs.index(1) if 1 in runs else len(runs) - 1)
    for index, case in enumerate(element.whens):
        case.policies = fork.watched(case.policies, index)
    if element.otherwise is not None:
        element.otherwise.policies = fork.watched(element.otherwise.policies, len(ways) - 1)
    return fork


def fork_of_retry(element: Retry, node: Node, *, branches: dict[str, Branch]) -> Fork:
    """Watch whether a retry tries again."""
    ways = [way(branches, "not tried again", node=node), way(branches, "tried again", node=node)]
    fork = Fork(ways, lambda runs: int(runs[0] > 1))
    element.policies = fork.watched(element.policies, 0)
    return fork


def way(branches: dict[str, Branch], name: str, *, node: Node) -> Branch:
    """Return the branch of a name, made at most once."""
    return branches.setdefault(name, Branch(name, node.place[1].line))


def watch(step: Step, spot: Spot, *, fork: Fork | None) -> None:
    """Make a step note that it runs, which way it goes and how it ends."""
    apply, drive = step.apply, step.drive

    @contextmanager
    def noted(context: Context) -> Iterator[None]:
        spot.ran = True
        if fork is not None:
            fork.begin(context)
        completed = False
        try:
            yield
            completed = True
        except (CallError, DotNetError, ResponseReturned) as error:
            trail: Trail = context.owners.setdefault(Trail, Trail())
            trail.note(error, step)
            raise
        finally:
            if fork is not None:
                fork.end(context, completed=completed)

    def watched_apply(context: Context) -> None:
        with noted(context):
            assert apply is not None
            apply(context)

    def watched_drive(context: Context) -> Steps[None]:
        with noted(context):
            assert drive is not None
            yield from drive(context)

    if apply is not None:
        step.apply = watched_apply
    else:
        step.drive = watched_drive
    preflight = step.preflight
    if preflight is not None:

        def watched_preflight(context: Context) -> Response | None:
            with noted(context):
                return preflight(context)

        step.preflight = watched_preflight
