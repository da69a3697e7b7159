"""Read bytes in a thread from a serial line whose other end may vanish and return at any time."""

import logging
import threading
from collections.abc import Callable

import serial

log = logging.getLogger(__name__)

FIRST_WAIT, MAX_WAIT = 0.1, 2.0


class SerialLine:
    """``received(bytes)`` and ``changed(present)`` are called from its thread; ``opened()`` before the first bytes of
    each new connection, so that half a message of the last one is forgotten. ``received(b"")`` means that nothing came
    for ``silence`` seconds."""

    def __init__(
        self,
        name: str,
        port: str,
        baud: int,
        received: Callable[[bytes], None],
        changed: Callable[[bool], None] = lambda _: None,
        opened: Callable[[], None] = lambda: None,
        silence: float = 0.5,
    ) -> None:
        self._silence = silence
        self._name, self._port, self._baud = name, port, baud
        self._received, self._changed, self._opened = received, changed, opened
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.present: bool | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread; returns when it has let go of the port."""
        self._stop.set()
        self._thread.join(timeout=MAX_WAIT + 1)

    def _run(self) -> None:
        wait = FIRST_WAIT
        while not self._stop.is_set():
            try:
                with serial.Serial(self._port, self._baud, timeout=self._silence, exclusive=True) as port:
                    wait = FIRST_WAIT
                    self._opened()
                    self._say(present=True)
                    while not self._stop.is_set():
                        self._received(port.read(port.in_waiting or 1))
            except (serial.SerialException, OSError, ValueError):
                self._say(present=False)
                self._stop.wait(wait)
                wait = min(wait * 2, MAX_WAIT)

    def _say(self, *, present: bool) -> None:
        if present != self.present:
            self.present = present
            log.info("%s %s", self._name, "is there" if present else "is not there")
            self._changed(present)


def can_open(port: str, baud: int) -> str:
    """Why a port cannot be used; empty when it can."""
    try:
        serial.Serial(port, baud, timeout=0).close()
    except (serial.SerialException, OSError, ValueError) as error:
        return str(error)
    return ""
