"""Enrol a kiosk by the file on its boot partition, as a card that was prepared at a desk has one."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from kiosk.box.enrolment_file import PLACES, BadEnrolmentFile, found_file, read_file
from kiosk.settings import Settings
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite
from sync.agent.enrol import AlreadyEnrolled, NotPrivate, enrol
from sync.agent.policy import Misunderstood, Refused, Unreachable

log = logging.getLogger(__name__)

TRY_SECONDS = 60.0


class EnrolByFile:
    """``tick`` as long as the kiosk is not enrolled. What does not work is logged, and tried again each minute."""

    def __init__(self, settings: Settings, monotonic: Callable[[], float], places: Sequence[Path] = PLACES) -> None:
        self._settings, self._monotonic, self._places = settings, monotonic, places
        self._next_try = 0.0

    def tick(self) -> bool:
        """Tries if it is time; whether the kiosk is enrolled now."""
        if self._monotonic() < self._next_try:
            return False
        self._next_try = self._monotonic() + TRY_SECONDS
        path = found_file(self._places)
        if path is None:
            return False
        try:
            wanted = read_file(path)
            who = enrol(self._settings, wanted.url, wanted.code)
        except (BadEnrolmentFile, NotPrivate, Unreachable, Refused, Misunderstood) as error:
            log.error("the kiosk was not enrolled by %s: %s", path, error)
        except (AlreadyEnrolled, CannotOpen, CannotRead, CannotWrite, OSError) as error:
            log.error("the kiosk was not enrolled: %s", error)
        else:
            log.warning("the kiosk was enrolled by %s: %s", path, who.device_id)
            return True
        return False
