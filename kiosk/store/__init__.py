"""The kiosk's database: one SQLite file shared by two processes. The only SQL on the kiosk."""
