"""Five face buttons on a serial line: one byte for each press; settings map bytes to scores."""

from collections.abc import Callable

from kiosk.domain.rating import Score
from kiosk.hardware.serial_line import SerialLine


def scores_in(data: bytes, letters: str) -> list[Score]:
    """The presses in what came over the line. ``letters`` are the five bytes from the worst score to the best;
    everything else, such as the end of a line, means nothing.

    >>> scores_in(b"5\\r\\n", "12345")
    [<Score.VERY_SATISFIED: 5>]
    """
    known = dict(zip(letters.encode("ascii"), Score, strict=True))
    return [known[byte] for byte in data if byte in known]


class Buttons(SerialLine):
    """Reads in a thread of its own. ``chose(score)`` and ``changed(present)`` are called from that thread."""

    def __init__(
        self,
        port: str,
        baud: int,
        letters: str,
        chose: Callable[[Score], None],
        changed: Callable[[bool], None] = lambda _: None,
    ) -> None:
        def received(data: bytes) -> None:
            for score in scores_in(data, letters):
                chose(score)

        super().__init__("buttons", port, baud, received, changed)
