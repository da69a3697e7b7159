"""One session with an ESC/POS printer: send, poll its status, and stop as soon as it cannot print."""

import time
from collections.abc import Callable, Sequence

from msgspec import Struct

from kiosk.flow.state.printing import Trouble
from kiosk.hardware.printer.port import Port
from kiosk.hardware.printer.status import ASK_DONE, ASK_OFFLINE, ASK_PAPER, FILLER, REPORT_CHANGES, RESET, PrinterStatus

SILENT_SECONDS = 30.0
"""A printer that has never answered is not asked more often."""


class Pace(Struct, frozen=True):
    """Seconds. ``answer``: how long an answer is waited for. ``patience``: how long a printer may take nothing and say
    nothing while a paper is under way. ``look``: how often one that is at work is listened to, ``glance`` one that has
    nothing to do, and ``retry`` one that cannot print what is waiting."""

    answer: float = 2.0
    patience: float = 15.0
    look: float = 0.2
    glance: float = 1.0
    retry: float = 0.25


class Halted(Exception):
    """The printer cannot go on; what it has begun is half a paper."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


class Dropped(Exception):
    """Nobody wants the paper any more."""


class PrinterSession:
    """``asks`` is false for a printer that must not be asked: some print the question. Methods raise ``OSError`` when
    the printer is gone and ``Halted`` when it stops."""

    def __init__(self, port: Port, *, asks: bool, pace: Pace) -> None:
        self.condition = PrinterStatus()
        self._port, self._asks, self._look = port, asks, pace.look
        self._patience, self._answer = pace.patience, min(pace.patience, pace.answer)
        self._question = b""
        self._orders, self._silent_until = False, 0.0
        self._wanted: Callable[[], bool] | None = None

    def greet(self) -> None:
        """Brings a printer into a known state, whatever somebody has sent it before, and finds out what it answers."""
        self._ask(ASK_PAPER)
        self._silent_until = time.monotonic() + SILENT_SECONDS
        self._send(FILLER + RESET)
        if self.condition.answers:
            self._send(REPORT_CHANGES)
            self._orders = self._ask_done(self._answer)

    def listen(self) -> None:
        """Takes in what the printer says by itself."""
        while data := self._port.read():
            self.condition.hear(data, self._question)

    def check(self) -> Trouble | None:
        """Asks for paper, cover and faults. A printer that has never answered is taken to be well."""
        known = self.condition.answers
        if not known and time.monotonic() < self._silent_until:
            return None
        self._silent_until = time.monotonic() + SILENT_SECONDS
        if self._ask(ASK_PAPER) or (known and self._ask(ASK_PAPER)):
            self._ask(ASK_OFFLINE)
        elif known:
            return Trouble.NO_ANSWER
        return self.condition.trouble

    def print(self, pieces: Sequence[bytes], wanted: Callable[[], bool] = lambda: True) -> None:
        """Returns when everything has been printed, or taken by a printer that does not say more.

        Raises ``Dropped`` as soon as ``wanted`` says no; that and ``Halted`` leave half a paper in the printer.
        """
        self._wanted = wanted
        try:
            for number, piece in enumerate(pieces):
                self._go_on()
                self._send(piece)
                if self.condition.answers and not self._ask(_question(number), self._patience):
                    raise Halted(Trouble.NO_ANSWER)
            self._go_on()
            self._finish()
        finally:
            self._wanted = None

    def clear(self, cut: bytes) -> None:
        """Takes half a paper out of the way of the next."""
        self._send(FILLER + RESET + cut)

    def close(self) -> None:
        self._port.close()

    def _finish(self) -> None:
        if self._orders:
            if not self._ask_done(self._patience):
                raise Halted(Trouble.STUCK)
            return
        self._drain()
        if trouble := self.check():
            raise Halted(trouble)

    def _ask_done(self, seconds: float) -> bool:
        """Whether the ordered reply came. Meanwhile a printer that stops is noticed by asking in real time."""
        self.condition.done = False
        self._send(ASK_DONE)
        until, number = time.monotonic() + seconds, 0
        while not self.condition.done and time.monotonic() < until:
            self._listen_for(self._look, lambda: self.condition.done)
            if not self.condition.done:
                self._ask(_question(number))
                number += 1
        return self.condition.done

    def _ask(self, question: bytes, seconds: float | None = None) -> bool:
        """Whether a real-time question was answered, counted from when it has left this machine."""
        if not self._asks:
            return False
        self.listen()
        self._question, before = question, self.condition.replies
        self._send(question)
        self._drain()
        self._listen_for(seconds or self._answer, lambda: self.condition.replies > before)
        self._question = b""
        return self.condition.replies > before

    def _send(self, data: bytes) -> None:
        rest, until = memoryview(data), time.monotonic() + self._patience
        while rest:
            if taken := self._port.write(rest):
                rest, until = rest[taken:], time.monotonic() + self._patience
            else:
                self._pause(until, to_write=True)

    def _drain(self) -> None:
        """Until everything has left this machine, as far as that is known."""
        left, until = self._port.unsent(), time.monotonic() + self._patience
        while unsent := self._port.unsent():
            if unsent < left:
                left, until = unsent, time.monotonic() + self._patience
            self._pause(until)

    def _listen_for(self, seconds: float, has_arrived: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while not has_arrived() and time.monotonic() < until:
            self._pause(until + 1)

    def _pause(self, until: float, *, to_write: bool = False) -> None:
        """A moment's wait for the printer. Raises when it stops, or has done nothing ``until`` now."""
        self._port.wait(self._look, to_write=to_write)
        self.listen()
        self._go_on()
        if time.monotonic() >= until:
            raise Halted(self.condition.trouble or Trouble.STUCK)

    def _go_on(self) -> None:
        """While a paper is under way: whether it still makes sense."""
        if self._wanted is None:
            return
        if not self._wanted():
            raise Dropped
        if self.condition.trouble:
            raise Halted(self.condition.trouble)


def _question(number: int) -> bytes:
    return ASK_OFFLINE if number % 2 else ASK_PAPER
