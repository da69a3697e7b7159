"""The three ways to hear from a ticket system. Only the queue's own process imports them: one of them is a network."""
