"""The duty roster: changing it."""
