"""Usage records, one row per finished call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

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
NUMBERS = (
    "duration",
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
    "status",
    "attempts",
)
OPTIONAL = ("first_token", "cost", "retry_after")


def upgrade() -> None:
    """Make the table, unique by id and indexed by time."""
    op.create_table(
        "usage_records",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("time", sa.BigInteger, nullable=False),
        *[sa.Column(name, sa.Text, nullable=False) for name in TEXTS],
        *[sa.Column(name, sa.BigInteger, nullable=False) for name in NUMBERS],
        *[sa.Column(name, sa.BigInteger) for name in OPTIONAL],
        sa.Column("admissions", sa.Text, nullable=False),
    )
    op.create_index("usage_records_time", "usage_records", ["time"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("usage_records")
