from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from headgate.stores.usage.errors import UsageStoreError
from headgate.stores.usage.migrations.upgrade import FOLDER, revision_of, upgrade
from headgate.stores.usage.tables import METADATA, REVISION


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as made:
        yield made
    engine.dispose()


def test_the_last_step_is_the_one_that_the_code_writes() -> None:
    assert ScriptDirectory(str(FOLDER)).get_current_head() == REVISION


def test_all_steps_make_the_tables_that_the_code_knows(connection: Connection) -> None:
    assert revision_of(connection) is None
    upgrade(connection)
    connection.commit()
    assert revision_of(connection) == REVISION
    columns = {row[1] for row in connection.execute(text("PRAGMA table_info(usage_records)"))}
    assert columns == set(METADATA.tables["usage_records"].columns.keys())


def test_nothing_is_left_to_migrate(connection: Connection) -> None:
    upgrade(connection)
    upgrade(connection)
    found = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert [change for change in found if "index" not in str(change[0])] == []


def test_a_newer_database_is_refused(connection: Connection) -> None:
    upgrade(connection)
    connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    connection.commit()
    with pytest.raises(UsageStoreError, match="newer"):
        upgrade(connection)
