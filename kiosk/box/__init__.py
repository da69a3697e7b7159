"""The enrolled kiosk: its keys, its identity, the facts it seals, and the opening and care of its database."""
