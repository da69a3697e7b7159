"""The machine around the screen: scanner, watchdog, disk. Nothing here knows what a citizen said."""
