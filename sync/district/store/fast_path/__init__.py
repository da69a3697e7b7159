"""Accepting an in-order batch in as few statements as possible, on PostgreSQL and on SQLite."""
