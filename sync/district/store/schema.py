"""Bring the database to this release's schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.store.locks import Lock, hold

MIGRATIONS = Path(__file__).parent / "migrations"


class NewerSchema(Exception):
    """The database was written by a newer release than this one. Update the software; nothing was changed."""


def upgrade(engine: Engine) -> None:
    """Creates or upgrades the schema in one transaction. Several processes may call it at once.

    Raises ``StoreUnavailable``, or ``NewerSchema`` when a newer release has been here.
    """
    with reading(engine) as connection:
        if _current(connection) == newest():
            return
    with writing(engine) as connection:
        hold(connection, Lock.SCHEMA)
        _refuse_newer(_current(connection))
        command.upgrade(_config(connection), "head")


def is_empty(engine: Engine) -> bool:
    """Whether the database has no table yet. Raises ``StoreUnavailable``."""
    with reading(engine) as connection:
        return not inspect(connection).get_table_names()


def _refuse_newer(current: str | None) -> None:
    known = {step.revision for step in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if current is not None and current not in known:
        raise NewerSchema(f"the database has schema {current}, this release knows up to {newest()}; update it first")


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def newest() -> str:
    """The revision of this release's schema."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
