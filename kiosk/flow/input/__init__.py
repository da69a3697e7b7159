"""Ways to choose without a drawn control: number keys, and the non-visual mode with its prompts. Pure."""
