"""The enrolled kiosk: its keys, its identity, the facts it seals, and how its database is opened and kept well."""
