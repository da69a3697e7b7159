"""Print receipts on a thermal printer that may run out of paper, be opened, or be unplugged at any time. A paper cut
short is printed again, whole, as soon as possible, unless nobody wants it any more.
"""

import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.flow.state.printing import Trouble
from kiosk.hardware.printer.port import open_port
from kiosk.hardware.printer.session import Dropped, Halted, Pace, PrinterSession
from kiosk.settings import PrinterOptions

if TYPE_CHECKING:
    from kiosk.hardware.printer.typeset import Paper

log = logging.getLogger(__name__)

FIRST_WAIT, MAX_WAIT = 0.1, 2.0
CHECK_SECONDS = 5.0
KEEP_SECONDS = 120.0
"""A paper that could not be printed for so long is forgotten: it must not come out for the next in the queue."""


@dataclass(slots=True, eq=False)
class _Job:
    number: int
    paper: "Paper" = field(repr=False)
    until: float
    reported: Trouble | None = None
    last_try: bool = False


class Printer:
    """Prints in a thread of its own, from which all four callbacks are called: ``printed(job)``, ``failed(job,
    trouble)`` once for each trouble that keeps a job waiting, and ``changed(trouble, paper_low)``."""

    def __init__(
        self,
        options: PrinterOptions,
        printed: Callable[[int], None],
        failed: Callable[[int, Trouble], None],
        changed: Callable[[Trouble | None, bool], None],
        *,
        pace: Pace = Pace(),  # noqa: B008 - frozen
        keep: float = KEEP_SECONDS,
    ) -> None:
        self._options, self._printed, self._failed, self._changed = options, printed, failed, changed
        self._pace, self._keep = pace, keep
        self._jobs: deque[_Job] = deque()
        self._numbers = itertools.count(1)
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._known: tuple[Trouble | None, bool] | None = None
        self._half_printed = False
        self._under_way: _Job | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread; returns when it has let go of the port."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=self._pace.patience + MAX_WAIT)

    def print(self, paper: "Paper") -> int:
        """Asks for a paper, from any thread, without waiting. The number of the job."""
        job = _Job(next(self._numbers), paper, time.monotonic() + self._keep)
        self._jobs.append(job)
        self._wake.set()
        return job.number

    def drop(self) -> None:
        """Forgets every paper that is kept waiting. The citizen has gone: nothing of theirs may come out later. One
        that is coming out just now does so, but is not tried again and no failure of it is told."""
        for job in tuple(self._jobs):
            if job is self._under_way:
                job.last_try = True
            else:
                self._forget(job)
        self._wake.set()

    # ---- the printer's thread

    def _run(self) -> None:
        wait = FIRST_WAIT
        while not self._stop.is_set():
            try:
                port = open_port(self._options.port, self._options.baud, self._options.flow)
                talk = PrinterSession(port, asks=self._options.asks, pace=self._pace)
                try:
                    wait = FIRST_WAIT
                    self._serve(talk)
                finally:
                    talk.close()
            except OSError as error:
                log.debug("the printer's port: %s", error.strerror)
                self._tell(Trouble.UNPLUGGED, paper_low=False)
                self._rest(wait)
                wait = min(wait * 2, MAX_WAIT)

    def _serve(self, talk: PrinterSession) -> None:
        greeted, check_at = False, 0.0
        while not self._stop.is_set():
            job = self._next()
            try:
                if not greeted:
                    talk.greet()
                    greeted = True
                talk.listen()
                trouble = talk.condition.trouble
                if job or self._half_printed or trouble or time.monotonic() >= check_at:
                    trouble, check_at = talk.check(), time.monotonic() + CHECK_SECONDS
                self._tell(trouble, paper_low=talk.condition.paper_low)
                if trouble is None and self._half_printed:
                    self._clear(talk)
                    self._half_printed = False
                if trouble is None and job:
                    self._print(talk, job)
                    continue
            except Halted as halted:
                self._tell(halted.trouble, paper_low=talk.condition.paper_low)
            self._rest(self._pace.retry if self._jobs or self._half_printed else self._pace.glance)

    def _print(self, talk: PrinterSession, job: _Job) -> None:
        from kiosk.hardware.printer import escpos, typeset  # here, so that no screen waits for an imaging library

        profile = self._options.profile
        try:
            image = typeset.typeset(job.paper, escpos.dots(profile, self._options.paper_mm))
            pieces = escpos.pieces(image, profile)
        except Exception:
            log.exception("a paper cannot be drawn")
            self._forget(job)
            self._failed(job.number, Trouble.FAULT)
            return
        self._under_way = job
        try:
            if job not in self._jobs:
                return
            self._half_printed = True
            talk.print(pieces, wanted=lambda: not self._stop.is_set())
            self._half_printed = False
            self._forget(job)
            self._printed(job.number)
        except Dropped:
            return
        finally:
            self._under_way = None
            if job.last_try:
                self._forget(job)

    def _clear(self, talk: PrinterSession) -> None:
        from kiosk.hardware.printer import escpos

        talk.clear(escpos.cut(self._options.profile))

    def _next(self) -> _Job | None:
        """The oldest paper that is still wanted."""
        for job in tuple(self._jobs):
            if time.monotonic() < job.until:
                return job
            self._forget(job)
        return None

    def _forget(self, job: _Job) -> None:
        with suppress(ValueError):  # it was dropped meanwhile
            self._jobs.remove(job)

    def _tell(self, trouble: Trouble | None, *, paper_low: bool) -> None:
        if self._known != (trouble, paper_low):
            self._known = trouble, paper_low
            log.info("printer: %s", trouble or ("paper is low" if paper_low else "ready"))
            self._changed(trouble, paper_low)
        for job in tuple(self._jobs):
            if trouble and job.reported is not trouble:
                self._failed(job.number, trouble)
            job.reported = trouble

    def _rest(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()
