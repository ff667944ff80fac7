"""Brings the tables of a database to what this version of Headgate writes."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from headgate.stores.usage.errors import UsageStoreError
from headgate.stores.usage.tables import REVISION

FOLDER = Path(__file__).parent
LOCK = 0x6865616467617465
"""Advisory lock of PostgreSQL: processes that start together upgrade one after another."""


def revision_of(connection: Connection) -> str | None:
    """Return the step that a database is at; None: it has no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(connection: Connection) -> None:
    """Run the missing steps in one transaction. Raises UsageStoreError for a newer database."""
    if revision_of(connection) == REVISION:
        return
    connection.rollback()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    found = revision_of(connection)
    if found == REVISION:
        return
    if found is not None and found > REVISION:
        message = f"the database has tables of a newer Headgate (step {found}, here {REVISION})"
        raise UsageStoreError(message, hint="run that version, or give another --database")
    _run(connection)


def _run(connection: Connection) -> None:
    # It takes 0.1 s to load and is needed once per database, not per start.
    from alembic.config import Config  # noqa: PLC0415 slow to load, seldom needed
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 likewise slow
    from alembic.script import ScriptDirectory  # noqa: PLC0415 likewise slow

    scripts = ScriptDirectory(str(FOLDER))
    steps = EnvironmentContext(
        Config(), scripts, fn=lambda found, _: scripts._upgrade_revs("head", found)
    )
    with steps:
        steps.configure(connection=connection)
        steps.run_migrations()
