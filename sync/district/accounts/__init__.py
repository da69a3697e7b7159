"""Users with a role and a unit, signing in, sessions."""
