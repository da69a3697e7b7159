"""Getting back what a damaged or lost database held: backup, rescue, and reading SQLite pages and WAL directly."""
