"""A citizen's preferences: larger text, other colours, the left hand, reading aloud.

It holds for one citizen: an idle kiosk forgets it, and no entry carries it.
"""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

TEXT_STEPS = (0, 1, 2)
VOLUMES = (1, 2, 3)


class Colours(StrEnum):
    """The sets of colours: the usual one, light on black, black on white, and one with little contrast."""

    USUAL = "usual"
    DARK = "dark"
    LIGHT = "light"
    SOFT = "soft"


class Preferences(Struct, frozen=True):
    """``text_step`` 0 to 2, ``volume`` 1 to 3. ``by_keys``: this citizen uses the number keys, so prompts name them.
    ``by_ear``: this citizen does not look at the screen and touches its five large places.
    """

    text_step: int = 0
    colours: Colours = Colours.USUAL
    left_handed: bool = False
    spoken: bool = False
    volume: int = 2
    by_keys: bool = False
    by_ear: bool = False

    def louder(self, by: int) -> "Preferences":
        """A step louder, or softer with a negative ``by``; it stays within the three steps.

        >>> Preferences(volume=3).louder(1).volume
        3
        """
        return replace(self, volume=min(VOLUMES[-1], max(VOLUMES[0], self.volume + by)))


PLAIN = Preferences()


class PreferencesAsked(Struct, frozen=True):
    """The citizen wants larger text, other colours, or to be read to."""


class PreferencesChosen(Struct, frozen=True):
    preferences: Preferences


class Pressed(Struct, frozen=True):
    """A physical number key: ``0`` to ``9``, ``enter``, ``erase``, ``again``, ``home``, ``louder`` or ``softer``."""

    key: str


class CornerHeld(Struct, frozen=True):
    """A finger rested on the marked corner: somebody wants to use the kiosk without seeing it."""


class PlaceTouched(Struct, frozen=True):
    """One of the five large places: ``home``, ``again``, ``choose``, ``previous`` or ``next``."""

    place: str


class RepeatAsked(Struct, frozen=True):
    """The citizen wants to hear the prompt once more."""
