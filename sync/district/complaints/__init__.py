"""Complaints from the sealed entry to the reply a citizen sees: states, deadlines, rights."""
