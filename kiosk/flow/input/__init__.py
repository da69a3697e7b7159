"""Input without drawn controls: number keys, and the non-visual mode with its prompts. Pure."""
