from __future__ import annotations

from headgate.limits.operations import Decision, Done, Operation, Seen
from headgate.stores.counters import CounterStore


class Recorder:
    """A store that only remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Operation] = []

    def apply(self, operation: Operation) -> Decision:
        self.asked.append(operation)
        return Done()

    def close(self) -> None:
        self.asked.clear()


def test_a_store_is_what_performs_operations_and_closes() -> None:
    recorder = Recorder()
    store: CounterStore = recorder
    assert store.apply(Seen("id", 1)) == Done()
    assert recorder.asked == [Seen("id", 1)]
    store.close()
    assert recorder.asked == []
