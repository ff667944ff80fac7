"""Sums of usage records by day, made of the records that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

DAY = 86_400_000_000
TEXTS = (
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
SUMS = ("calls", "unpriced", "cost", *TOKENS)


def upgrade() -> None:
    """Make the table, fill it, and let it hold one row for each day and kind of calls."""
    op.create_table(
        "usage_days",
        sa.Column("day", sa.BigInteger, nullable=False),
        *[sa.Column(name, sa.Text, nullable=False) for name in TEXTS],
        *[sa.Column(name, sa.BigInteger, nullable=False) for name in SUMS],
    )
    texts = ", ".join(TEXTS)
    sums = ", ".join(f"sum({name})" for name in TOKENS)
    op.execute(
        f"INSERT INTO usage_days (day, {texts}, {', '.join(SUMS)})"
        f" SELECT time - time % {DAY}, {texts}, count(*),"
        " sum(CASE WHEN input_tokens + output_tokens > 0 AND cost IS NULL THEN 1 ELSE 0 END),"
        f" coalesce(sum(cost), 0), {sums}"
        f" FROM usage_records GROUP BY time - time % {DAY}, {texts}"
    )
    key = texts
    if op.get_bind().dialect.name == "postgresql":
        # An entry of an index holds 2.7 KB there, and ten texts may be longer.
        key = f"md5({' || chr(31) || '.join(TEXTS)})"
    op.execute(f"CREATE UNIQUE INDEX usage_days_key ON usage_days (day, {key})")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("usage_days")
