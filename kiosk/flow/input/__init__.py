"""Ways to choose without touching a drawn control: number keys, and the non-visual mode with its spoken prompts. Pure."""
