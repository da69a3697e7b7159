"""What the flow holds: screens, drafts, preferences, and the events and effects that belong to them. Pure."""
