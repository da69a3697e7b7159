"""Two switches, or sip and puff, as bytes on a serial line."""

from collections.abc import Callable

from kiosk.domain.switch_keys import SWITCHES
from kiosk.hardware.serial_line import SerialLine


class SerialSwitches(SerialLine):
    """Reads in a thread of its own. ``pressed(switch)`` and ``changed(present)`` are called from that thread."""

    def __init__(
        self,
        port: str,
        baud: int,
        letters: str,
        pressed: Callable[[str], None],
        changed: Callable[[bool], None] = lambda _: None,
    ) -> None:
        known = dict(zip(letters.encode("ascii"), SWITCHES, strict=True))

        def received(data: bytes) -> None:
            for byte in data:
                if byte in known:
                    pressed(known[byte])

        super().__init__("switches", port, baud, received, changed)
