"""Language packs: what a language brings along, where packs lie, which are offered, and what one still lacks."""
