from __future__ import annotations

from headgate.simulator.content_safety import ANSWERS
from headgate.simulator.readers import COUNT_READERS, READERS
from headgate.simulator.routes import Kind


def test_every_kind_has_one_reader_except_lists_of_models() -> None:
    assert not READERS.keys() & COUNT_READERS.keys()
    assert READERS.keys() | COUNT_READERS.keys() == set(Kind) - {Kind.MODELS} - ANSWERS.keys()
