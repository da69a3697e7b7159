"""Where the scanner is, seen by who stands before the screen."""

from enum import StrEnum


class ScannerSide(StrEnum):
    """``UNSAID``: nobody has told the kiosk, and the drawing shows a scanner alone. ``NONE``: it has no scanner, and
    nobody is told to hold a slip under one."""

    UNSAID = ""
    LEFT = "left"
    RIGHT = "right"
    BELOW = "below"
    NONE = "none"
