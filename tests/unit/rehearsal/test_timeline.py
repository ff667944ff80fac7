from __future__ import annotations

from typing import Literal

from headgate.model.clock import SECOND, Micros
from headgate.rehearsal.timeline import Timeline, Turns, micros, side_by_side

START = Micros(1_000)


def waits(log: list[tuple[str, int]], timeline: Timeline, name: str, *pauses: int) -> Turns[str]:
    try:
        for pause in pauses:
            yield pause
            log.append((name, timeline.monotonic()))
    except GeneratorExit:
        log.append((f"{name} closed", timeline.monotonic()))
        raise
    return name


def test_computations_take_turns_by_time_then_by_order() -> None:
    timeline = Timeline(START)
    log: list[tuple[str, int]] = []

    def process(name: str, *pauses: int) -> Turns[None]:
        yield from waits(log, timeline, name, *pauses)

    timeline.at(START + 5, process("a", 10, 10))
    timeline.at(START, process("b", 15, 10))
    timeline.run()
    assert log == [("b", 15), ("a", 15), ("b", 25), ("a", 25)]
    assert timeline.now() == START + 25


def test_seconds_are_rounded_to_microseconds() -> None:
    assert micros(0.1) == SECOND // 10


def together(
    until: Literal["all", "any"], *pauses: tuple[int, ...]
) -> tuple[list[tuple[str, int]], object]:
    timeline = Timeline(START)
    log: list[tuple[str, int]] = []
    result: list[object] = []

    def process() -> Turns[None]:
        branches = [waits(log, timeline, str(number), *some) for number, some in enumerate(pauses)]
        result.append((yield from side_by_side(timeline, branches, until=until)))

    timeline.at(START, process())
    timeline.run()
    log.append(("end", timeline.monotonic()))
    return log, result[0]


def test_all_side_by_side_take_as_long_as_the_longest() -> None:
    log, result = together("all", (10, 10), (5,), (30,))
    assert result == ("0", "1", "2")
    assert log == [("1", 5), ("0", 10), ("0", 20), ("2", 30), ("end", 30)]


def test_any_side_by_side_end_with_the_first_and_close_the_others() -> None:
    log, result = together("any", (10, 10), (5,))
    assert result == (None, "1")
    assert log == [("1", 5), ("0 closed", 5), ("end", 5)]


def test_what_ends_at_once_keeps_the_next_from_beginning() -> None:
    assert together("any", (), (5,)) == ([("end", 0)], ("0", None))


def test_nothing_side_by_side_is_done() -> None:
    assert together("all") == ([("end", 0)], ())
    assert together("any") == ([("end", 0)], ())
