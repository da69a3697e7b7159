"""Peripherals: scanner, button box, printer, sound, systemd, disk. Nothing here knows what a citizen said."""
