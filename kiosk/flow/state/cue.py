"""The soft sounds with which the kiosk answers."""

from enum import StrEnum, auto


class Cue(StrEnum):
    """A cue says that something was heard, never what: whatever is chosen, it is the same."""

    #: a press, where it tells nothing about an opinion
    PRESSED = auto()
    #: a scan, or what was looked up, was read
    READ = auto()
    #: it led nowhere, or nothing could be kept
    REFUSED = auto()
    #: it is on the disk
    TAKEN = auto()
