"""Movement on an idle screen: turning notice cards, and a slow shift against burn-in. Pure."""

import math
from collections.abc import Sequence

BEAT_SECONDS = 6  # everything on the idle screen changes on this beat, so that one redraw serves all
MIN_TURN_SECONDS = 12
MAX_TURN_SECONDS = 24
READ_PER_SECOND = 14.0  # characters; slow readers of Vietnamese, about 170 words a minute
SHIFT_SECONDS = 60
SHIFTS = (
    (0, 0),
    (1, 0),
    (2, 1),
    (2, 2),
    (1, 2),
    (0, 2),
    (-1, 2),
    (-2, 1),
    (-2, 0),
    (-2, -1),
    (-1, -2),
    (0, -2),
    (1, -1),
)


def turn_seconds(characters: int) -> int:
    """How long a card of so much text is shown: long enough to be read, on the beat."""
    wanted = 5 + characters / READ_PER_SECOND
    beats = math.ceil(min(MAX_TURN_SECONDS, max(MIN_TURN_SECONDS, wanted)) / BEAT_SECONDS)
    return beats * BEAT_SECONDS


def whose_turn(turns: Sequence[int], seconds: float) -> int:
    """Which of several things, shown one after the other for ``turns`` seconds each, is shown after ``seconds``."""
    left = seconds % sum(turns)
    for index, turn in enumerate(turns):
        if left < turn:
            return index
        left -= turn
    return len(turns) - 1


def shift_at(seconds: float, step: int) -> tuple[int, int]:
    """By how many pixels the picture is shifted at a moment: small steps around the middle, one a minute."""
    x, y = SHIFTS[int(seconds / SHIFT_SECONDS) % len(SHIFTS)]
    return x * step, y * step
