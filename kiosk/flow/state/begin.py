"""The screen behind the first door, and the event that leads there."""

from msgspec import Struct


class BeginRating(Struct, frozen=True):
    """How the dossier in one's hand is rated: under the scanner, by its code, or without paper."""


class RateAsked(Struct, frozen=True):
    """The citizen wants to rate, and touched instead of scanning."""
