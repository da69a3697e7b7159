"""Where the kiosk stands: its unit, its own counter, and the counters a citizen can choose. Read only."""

import logging
from datetime import date

from kiosk.box.box import Box
from kiosk.flow.state.lobby import CounterChoice
from kiosk.store import reference
from kiosk.store.engine import CannotRead

log = logging.getLogger(__name__)


def counters_of(box: Box | None, today: date) -> tuple[CounterChoice, ...]:
    """The counters of the unit that are in force today."""
    if box is None:
        return ()
    try:
        with box.store.read() as tx:
            found = reference.counters_of(tx, box.identity.unit_id, today)
    except CannotRead as error:
        log.error("the counters could not be read: %s", error)
        return ()
    return tuple(CounterChoice(row.counter_id, row.name, row.field) for row in found)


def office_of(box: Box | None) -> tuple[str, CounterChoice | None]:
    """The name of the unit this kiosk stands in, and its own counter (``None`` for a kiosk of the whole hall)."""
    if box is None:
        return "", None
    who = box.identity
    try:
        with box.store.read() as tx:
            unit = reference.unit(tx, who.unit_id)
            counter = reference.counter(tx, who.counter_id) if who.counter_id else None
    except CannotRead as error:
        log.error("the unit could not be read: %s", error)
        return "", None
    own = CounterChoice(counter.counter_id, counter.name, counter.field) if counter else None
    return unit.name if unit else "", own
