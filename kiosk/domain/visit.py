"""Visits without a rating: what a kiosk counts of people who came and gave no face."""

from enum import StrEnum

from msgspec import Struct

from kiosk.domain.released import K

MIN_REPORTED = K
"""Fewer than so many of one kind, at one counter in one hour, are never told."""


class Unrated(StrEnum):
    """How a visit ended without a face; each visit ends in one way.

    ``SCAN_LOST``: what was scanned names no dossier. ``SCAN_LEFT``: a slip was scanned, and the faces were left.
    ``SCREEN_LEFT``: the same without a scan, or the pad or the counters were left. ``TIMED_OUT``: nobody touched any of
    these any more. ``IDLE_TOUCH``: the idle screen was touched where there is nothing.
    """

    SCAN_LOST = "scan_lost"
    SCAN_LEFT = "scan_left"
    SCREEN_LEFT = "screen_left"
    TIMED_OUT = "timed_out"
    IDLE_TOUCH = "idle_touch"


class UnratedVisit(Struct, frozen=True):
    """One visit that ended so. ``counter_id`` is ``None`` while nobody knows which counter it was about."""

    ended: Unrated
    counter_id: str | None = None
