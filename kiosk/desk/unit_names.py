"""Offer the names of the imported units as words of the on-screen keyboard."""

import logging
from typing import Any

from kiosk.box.box import Box
from kiosk.store import box_state, reference
from kiosk.store.engine import CannotRead
from kiosk.vietnamese.names import learn

log = logging.getLogger(__name__)


class UnitNames:
    """Remembers which reference data it has read, so that nothing is read twice."""

    def __init__(self) -> None:
        self._read: Any = None

    def learn(self, box: Box) -> None:
        """Takes the names in when reference data came since the last time. A file that cannot be read is logged."""
        try:
            with box.store.read() as tx:
                applied = box_state.get(tx, "snapshot_applied")
                if applied != self._read:
                    learn(reference.unit_names(tx))
                    self._read = applied
        except CannotRead as error:
            log.error("the names of units could not be read: %s", error)
