"""Complaints from the sealed entry to the answer a citizen sees: states, deadlines, who may see and do what."""
