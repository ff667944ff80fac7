"""The tables of usage records and of their sums, and how a record becomes a row."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter

import msgspec
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from headgate.model.clock import SECOND
from headgate.model.record import Admission, UsageRecord
from headgate.model.unicode import encodable
from headgate.model.usage import TokenUsage

REVISION = "0002"
"""The last step of `migrations`."""

TOKENS = (
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "audio_input_tokens",
    "image_input_tokens",
    "reasoning_tokens",
    "audio_output_tokens",
    "image_output_tokens",
    "audio_seconds",
)
"""Columns that have the name of a field of `TokenUsage`, and its meaning."""

TEXTS = (
    "api",
    "operation",
    "product",
    "subscription",
    "user_id",
    "model",
    "backend",
    "dialect",
    "basis",
    "currency",
    "ending",
    "source",
    "reason",
)

METADATA = MetaData()

RECORDS = Table(
    "usage_records",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("time", BigInteger, nullable=False, index=True),
    *[Column(name, Text, nullable=False) for name in TEXTS],
    *[
        Column(name, BigInteger, nullable=False)
        for name in ("duration", *TOKENS, "status", "attempts")
    ],
    *[Column(name, BigInteger) for name in ("first_token", "cost", "retry_after")],
    Column("admissions", Text, nullable=False),
)

KINDS = (
    "api",
    "operation",
    "product",
    "subscription",
    "user_id",
    "model",
    "backend",
    "currency",
    "ending",
    "basis",
)
"""Columns by which calls are told apart in sums."""

SUMMED = ("calls", "unpriced", "cost", *TOKENS)

DAY = 86_400 * SECOND

DAYS = Table(
    "usage_days",
    METADATA,
    Column("day", BigInteger, nullable=False),
    *[Column(name, Text, nullable=False) for name in KINDS],
    *[Column(name, BigInteger, nullable=False) for name in SUMMED],
)
"""Sums over the records of a day in UTC, named by its begin; unique by it and the kind."""

COLUMNS = tuple(column.name for column in RECORDS.columns)

Row = tuple[str | int | None, ...]

AMOUNT_MAX = 2**50
"""What one call may have used or cost at most; a thousand times that still has a sum."""
TEXT_MAX = 1024
"""Characters of one text; models and reasons may come from anywhere."""

SEPARATOR = "\x1f"
"""Stands in no text that is kept: PostgreSQL joins texts by it, to tell kinds of calls apart."""
FORBIDDEN = {0: "\N{REPLACEMENT CHARACTER}", ord(SEPARATOR): "\N{REPLACEMENT CHARACTER}"}

_TOKENS_OF: Callable[[TokenUsage], tuple[int, ...]] = attrgetter(*TOKENS)
_NO_TOKENS = (0,) * len(TOKENS)
ENCODER = msgspec.json.Encoder()
ADMISSIONS = msgspec.json.Decoder(tuple[Admission, ...])


def row_of(record: UsageRecord) -> Row:
    """Return the values of a row, in the order of `COLUMNS`, as every database takes them."""
    tokens = _NO_TOKENS if record.usage is None else _TOKENS_OF(record.usage)
    if max(tokens) > AMOUNT_MAX:
        tokens = tuple([min(number, AMOUNT_MAX) for number in tokens])
    cost = record.cost
    if cost is not None and cost > AMOUNT_MAX:
        cost = AMOUNT_MAX
    return (
        clean(record.id),
        record.time,
        known(record.api),
        known(record.operation),
        known(record.product),
        known(record.subscription),
        known(record.user),
        clean(record.model),
        known(record.backend),
        record.dialect,
        record.basis,
        record.currency,
        record.ending,
        known(record.source),
        known(record.reason),
        record.duration,
        *tokens,
        record.status,
        record.attempts,
        record.first_token,
        cost,
        record.retry_after,
        _encoded(record.admissions) if record.admissions else "[]",
    )


def clean(text: str) -> str:
    """Return a text that every database takes: bounded, no NUL or separator, no lone surrogate."""
    if text.isascii() and text.isprintable() and len(text) <= TEXT_MAX:
        return text
    return encodable(text[:TEXT_MAX]).translate(FORBIDDEN)


known = lru_cache(maxsize=4096)(clean)
"""`clean` for texts that come again and again."""


def _encoded(admissions: tuple[Admission, ...]) -> str:
    try:
        return ENCODER.encode(admissions).decode()
    except UnicodeEncodeError:
        # A counter's key is whatever an expression made: it may hold half a character.
        return ENCODER.encode(tuple(map(_encodable, admissions))).decode()


def _encodable(admission: Admission) -> Admission:
    counters = []
    for reading in admission.counters:
        kind, period, key = reading.counter
        counter = (kind, period, encodable(key))
        counters.append(msgspec.structs.replace(reading, counter=counter))
    return msgspec.structs.replace(admission, counters=tuple(counters))
