from __future__ import annotations

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect, text

from headgate.stores.usage.migrations.versions import usage_days_0002, usage_records_0001
from headgate.stores.usage.tables import DAY, DAYS


def test_the_table_comes_full_and_goes() -> None:
    engine = create_engine("sqlite://")
    with (
        engine.connect() as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        usage_records_0001.upgrade()
        names = (*usage_records_0001.TEXTS, *usage_records_0001.NUMBERS)
        for number, time in enumerate([1, DAY - 1, DAY]):
            values = ", ".join(["'a'"] * len(usage_records_0001.TEXTS) + ["2"] * 13)
            connection.execute(
                text(
                    f"INSERT INTO usage_records (id, time, admissions, {', '.join(names)})"
                    f" VALUES ('{number}', {time}, '[]', {values})"
                )
            )
        usage_days_0002.upgrade()
        rows = connection.execute(DAYS.select().order_by(DAYS.c.day)).mappings().all()
        assert [(row["day"], row["calls"], row["unpriced"]) for row in rows] == [
            (0, 2, 2),
            (DAY, 1, 1),
        ]
        assert [(row["cost"], row["input_tokens"], row["api"]) for row in rows] == [
            (0, 4, "a"),
            (0, 2, "a"),
        ]
        (index,) = inspect(connection).get_indexes("usage_days")
        assert index["unique"]
        usage_days_0002.downgrade()
        assert inspect(connection).get_table_names() == ["usage_records"]
    engine.dispose()
