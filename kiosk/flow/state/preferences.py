"""A citizen's preferences: larger text, other colours, the left hand, reading aloud.

It holds for one citizen: an idle kiosk forgets it, and no entry carries it.
"""

from enum import StrEnum, auto

from msgspec import Struct
from msgspec.structs import replace

TEXT_STEPS = (0, 1, 2)
VOLUMES = (1, 2, 3, 4, 5)
#: by volume, in dB below the loudest; no step is larger than 10 dB (VVSG 2.0, 7.1-K)
VOLUME_DB = dict(zip(VOLUMES, (-24.0, -18.0, -12.0, -4.0, 0.0), strict=True))
#: in percent of the voice's own pace (VVSG 2.0, 7.1-L)
PACES = (75, 100, 125, 150, 200)


class Colours(StrEnum):
    """The sets of colours: the usual one, light on black, black on white, and one with little contrast."""

    USUAL = "usual"
    DARK = "dark"
    LIGHT = "light"
    SOFT = "soft"


class Preferences(Struct, frozen=True):
    """``text_step`` 0 to 2, ``volume`` 1 to 5, ``pace`` of the voice in percent. ``by_keys``: this citizen uses the
    number keys, so prompts name them.
    ``by_ear``: this citizen does not look at the screen and touches its five zones.
    ``by_switch``: this citizen has two switches, and needs time.
    """

    text_step: int = 0
    colours: Colours = Colours.USUAL
    left_handed: bool = False
    spoken: bool = False
    volume: int = 4
    pace: int = 100
    by_keys: bool = False
    by_ear: bool = False
    by_switch: bool = False

    def louder(self, by: int) -> "Preferences":
        """A step louder, or softer with a negative ``by``; it stays within the steps.

        >>> Preferences(volume=5).louder(1).volume
        5
        """
        return replace(self, volume=_beside(VOLUMES, self.volume, by))

    def faster(self, by: int) -> "Preferences":
        """A step faster, or slower with a negative ``by``; the pitch stays.

        >>> Preferences().faster(1).pace, Preferences(pace=75).faster(-1).pace
        (125, 75)
        """
        return replace(self, pace=_beside(PACES, self.pace, by))


def _beside(steps: tuple[int, ...], now: int, by: int) -> int:
    return steps[min(len(steps) - 1, max(0, steps.index(now) + by))]


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


class HeadsetPlugged(Struct, frozen=True):
    """A headset was put into the jack, or pulled out of it."""

    plugged: bool


class Zone(StrEnum):
    """The five parts of the glass in the non-visual mode, in reading order."""

    HOME = auto()
    AGAIN = auto()
    CHOOSE = auto()
    PREVIOUS = auto()
    NEXT = auto()


class ZoneTouched(Struct, frozen=True):
    """A zone was touched, which does what it means."""

    zone: Zone


class ZoneExplored(Struct, frozen=True):
    """A finger slides over a zone, or rests on it, and only wants to hear what it is; ``None`` when it is lifted."""

    zone: Zone | None


class RepeatAsked(Struct, frozen=True):
    """The citizen wants to hear the prompt once more."""
