"""The use cases of counter staff: sign in with the counter's PIN and see its tallies."""

import logging
from collections import Counter
from datetime import date, timedelta

from kiosk.box.box import Box
from kiosk.clock import Moment
from kiosk.desk import pin_lock
from kiosk.domain.rating import Score
from kiosk.domain.released import last_day_of
from kiosk.flow.state.lobby import CounterChoice, TallyPeriod, TallyView
from kiosk.flow.state.staff import PinTries
from kiosk.store import reference, tallies
from kiosk.store.engine import CannotRead, CannotWrite

log = logging.getLogger(__name__)


def may_enter(box: Box, counter_id: str, pin: str, moment: Moment) -> bool:
    """Whether the PIN is right and no lock holds; the try is counted. Raises ``CannotRead``."""
    with box.store.read() as tx:
        if pin_lock.tries(tx, moment).locked_seconds > 0:
            return False
        right = pin_lock.is_right(reference.pin_hash(tx, counter_id), pin)
    try:
        with box.store.write() as tx:
            pin_lock.note(tx, moment, right=right)
    except CannotWrite as error:
        log.error("a try of a PIN could not be kept: %s", error)
    return right


def pin_tries(box: Box, moment: Moment) -> PinTries:
    """How many wrong PINs came in a row, and for how long none is taken yet; none of it when it cannot be read."""
    try:
        with box.store.read() as tx:
            return pin_lock.tries(tx, moment)
    except CannotRead as error:
        log.error("the tries of a PIN could not be read: %s", error)
        return PinTries()


def tallies_of(box: Box, counter: CounterChoice, day: date) -> TallyView:
    """What the district has released about a counter by ``day``, which itself is never shown. Raises ``CannotRead``."""
    with box.store.read() as tx:
        newest = tallies.newest_day(tx, last_day_of(day))
        if newest is None:
            return TallyView(counter)
        latest = tallies.between(tx, counter.counter_id, tallies.OVERALL, newest, newest)
        week = tallies.between(tx, counter.counter_id, tallies.OVERALL, newest - timedelta(days=6), newest)
    return TallyView(counter, newest, _period(latest), _period(week))


def _period(answers: Counter[str]) -> TallyPeriod:
    worst, bad, middling, good, best = (answers.get(str(int(score)), 0) for score in Score)
    return TallyPeriod((worst, bad, middling, good, best))
