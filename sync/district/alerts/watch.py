"""Watch over the kiosks beside the web server: look each full hour, and send what is due."""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread

from sync.district.alerts.channels import channels
from sync.district.alerts.look import look
from sync.district.alerts.sending import send_due
from sync.district.settings import Settings
from sync.district.store.engine import Engine, StoreUnavailable

log = logging.getLogger(__name__)

SECONDS = 20.0


class Watch:
    """A thread that lasts as long as the block it is used for."""

    def __init__(self, engine: Engine, settings: Settings, now: Callable[[], datetime]) -> None:
        self._engine, self._settings, self._now = engine, settings, now
        self._channels = channels(settings)
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="alerts", daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=30)

    def step(self) -> None:
        """Looks if it is time, and sends what is due. What fails is logged, and tried again at the next step."""
        self._attempt("looking at the kiosks", lambda: look(self._engine, self._settings, self._now()))
        self._attempt("sending", lambda: send_due(self._engine, self._channels, self._now))

    def _attempt(self, what: str, work: Callable[[], object]) -> None:
        try:
            work()
        except StoreUnavailable as error:
            log.warning("the database is not available: %s", error)
        except Exception:
            log.exception("%s failed", what)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.step()
            self._stopping.wait(SECONDS)
