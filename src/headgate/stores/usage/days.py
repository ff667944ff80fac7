"""Sums of usage records by day, kept in the transaction that writes the records.

`headgate usage` reads whole days from here, a thousand rows where there are a million records. The
table tells all that is ever asked for: a day has one row for each combination of `KINDS`.
"""

from __future__ import annotations

from headgate.stores.usage.tables import COLUMNS, DAY, DAYS, KINDS, RECORDS, SUMMED, TOKENS

_KINDS = ", ".join(KINDS)
_SUMS = (
    "count(*)",
    "sum(CASE WHEN input_tokens + output_tokens > 0 AND cost IS NULL THEN 1 ELSE 0 END)",
    "coalesce(sum(cost), 0)",
    *[f"sum({name})" for name in TOKENS],
)
_NEW_SUMS = ", ".join(f"{name} = {DAYS.name}.{name} + excluded.{name}" for name in SUMMED)

# Rows in the order of their keys, so that two gateways never wait for each other's.
_ADD = (
    f"INSERT INTO {DAYS.name} (day, {_KINDS}, {', '.join(SUMMED)})"
    f" SELECT time - time % {DAY} AS day, {_KINDS}, {', '.join(_SUMS)}"
    f" FROM {{added}} GROUP BY 1, {_KINDS} ORDER BY 1, {_KINDS}"
    f" ON CONFLICT (day, {{key}}) DO UPDATE SET {_NEW_SUMS}"
)

LAST_SQLITE = f"SELECT coalesce(max(rowid), 0) FROM {RECORDS.name}"
ADD_SQLITE = _ADD.format(added=f"{RECORDS.name} WHERE rowid > ?", key=_KINDS)
"""Sum the records behind a row id: those of a transaction, since SQLite has one writer."""

INCOMING = "usage_records_incoming"
MAKE_INCOMING = (
    f"CREATE TEMPORARY TABLE IF NOT EXISTS {INCOMING} (LIKE {RECORDS.name}) ON COMMIT DELETE ROWS"
)
MERGE_INCOMING = (
    f"WITH added AS (INSERT INTO {RECORDS.name} ({', '.join(COLUMNS)})"
    f" SELECT {', '.join(COLUMNS)} FROM {INCOMING} ON CONFLICT (id) DO NOTHING RETURNING *) "
    + _ADD.format(added="added", key=f"md5({' || chr(31) || '.join(KINDS)})")
)
"""Move what came by COPY into the table, and sum what was not there before."""
