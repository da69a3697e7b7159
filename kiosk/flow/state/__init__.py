"""The flow's state: screens, drafts, preferences, and their events and effects. Pure."""
