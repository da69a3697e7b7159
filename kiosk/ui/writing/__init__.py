"""Where a citizen writes: our own keyboard, number pad and text, for every panel. ``WritingBoard`` is all of it."""

from kiosk.ui.writing.board import WritingBoard
from kiosk.ui.writing.reader import Reader

__all__ = ["Reader", "WritingBoard"]
