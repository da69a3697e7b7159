"""Alembic's entry point, run inside the transaction that ``sync.district.store.schema.upgrade`` opened."""

from alembic import context

from sync.district.store.all_tables import full_metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=full_metadata)
with context.begin_transaction():
    context.run_migrations()
