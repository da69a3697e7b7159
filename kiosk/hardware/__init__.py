"""Peripherals: scanner, button box, printer, sound, systemd, disk. Nothing here knows a citizen's answers."""
