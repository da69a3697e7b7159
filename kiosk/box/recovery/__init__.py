"""Recover what a damaged or lost database held: backup, rescue, direct reading of SQLite pages and WAL."""
