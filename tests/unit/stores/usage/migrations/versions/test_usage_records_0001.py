from __future__ import annotations

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect

from headgate.stores.usage.migrations.versions.usage_records_0001 import downgrade, upgrade


def test_the_table_comes_and_goes() -> None:
    engine = create_engine("sqlite://")
    with (
        engine.connect() as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        upgrade()
        assert inspect(connection).has_table("usage_records")
        (index,) = inspect(connection).get_indexes("usage_records")
        assert index["column_names"] == ["time"]
        downgrade()
        assert inspect(connection).get_table_names() == []
    engine.dispose()
