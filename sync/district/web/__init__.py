"""Pages for people: rendered on the server, no script, nothing from the internet."""
