"""What the box keeps: one SQLite file that two processes share. The only SQL on the box."""
