"""Run by Alembic, inside the transaction that ``sync.district.store.schema.upgrade`` opened."""

from alembic import context

from sync.district.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
