from __future__ import annotations

import msgspec
import pytest

from headgate.model.clock import Micros
from headgate.model.record import Admission, CounterReading, UsageRecord
from headgate.model.usage import TokenUsage
from headgate.stores.usage.tables import ADMISSIONS, COLUMNS, TEXT_MAX, TOKENS, clean, row_of


def test_a_row_has_one_value_per_column_in_their_order() -> None:
    record = UsageRecord(
        id="a", time=Micros(5), duration=6, user="u", reason="R", attempts=2, retry_after=3
    )
    row = dict(zip(COLUMNS, row_of(record), strict=True))
    assert (row["id"], row["time"], row["duration"], row["user_id"]) == ("a", 5, 6, "u")
    assert (row["reason"], row["attempts"], row["retry_after"], row["cost"]) == ("R", 2, 3, None)
    assert (row["basis"], row["input_tokens"], row["admissions"]) == ("", 0, "[]")


def test_every_number_of_the_usage_is_a_column() -> None:
    fields = set(TokenUsage.__struct_fields__) - {"model", "reported", "readable"}
    assert set(TOKENS) == fields


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("gpt-4o", "gpt-4o"),
        ("", ""),
        ("naïve", "naïve"),
        ("a\0b", "a\N{REPLACEMENT CHARACTER}b"),
        ("a\x1fb\x1e", "a\N{REPLACEMENT CHARACTER}b\x1e"),
        ("x" * TEXT_MAX, "x" * TEXT_MAX),
        ("x" * (TEXT_MAX + 1), "x" * TEXT_MAX),
    ],
)
def test_texts_are_what_every_database_takes(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_half_a_character_never_leaves() -> None:
    reading = CounterReading(("tokens", 60, "a\ud800"), 1, 2, 3, 4)
    admission = Admission(source="s", mode="bounded", asked=1, counters=(reading,))
    record = UsageRecord(
        id="a", time=Micros(1), duration=1, model="m\ud800", admissions=(admission,)
    )
    row = dict(zip(COLUMNS, row_of(record), strict=True))
    for value in row.values():
        str(value).encode()
    (found,) = ADMISSIONS.decode(str(row["admissions"]))
    assert msgspec.structs.replace(found, counters=()) == msgspec.structs.replace(
        admission, counters=()
    )
    assert found.counters[0].counter[:2] == ("tokens", 60)
