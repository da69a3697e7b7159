"""Recording and playing sound with alsa-utils and opus-tools, in memory only."""
