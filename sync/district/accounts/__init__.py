"""Who may look: users with a role and a unit, signing in, sessions."""
