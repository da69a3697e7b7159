"""Lắng Nghe on the box: what a citizen sees and what the box keeps. A month offline is normal."""

__version__ = "0.1.0"
