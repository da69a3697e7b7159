"""The queue of a ticket system: its events, read strictly, and what follows from them. It never holds up the screen."""
