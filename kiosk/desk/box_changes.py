"""Note what changed about the kiosk itself since it last looked: its settings, where it stands, its clock, its file."""

import logging
from collections.abc import Mapping
from typing import Any

from kiosk.box.box import Box
from kiosk.box.facts import box_fact, seal_fact
from kiosk.clock import Moment
from kiosk.domain.entry import EntryType, Fact
from kiosk.domain.reference import ENTRIES_OF_2
from kiosk.store import box_state, ledger, reference
from kiosk.store.complaints import entry_version
from kiosk.store.engine import CannotRead, CannotWrite
from kiosk.store.identity import Identity

log = logging.getLogger(__name__)

SETTINGS = "settings_applied"
FROM_DISTRICT = "settings"
"""The fact of a kiosk's health (``sync.protocol.health``)."""
PLACE = "stands_at"
UNIT_OF_COUNTER = "unit_of_counter"
CLOCK_MOVED_S = 5
AS_IT_SHOULD_BE = "covers"
"""The word of a picture that covers its panel; every other word of a state says what is amiss."""


def device_fact(device: str, moment: Moment, *, present: bool, state: str) -> Fact:
    """A device came or went, or is in another state."""
    reason = {"reason": state} if state and state != AS_IT_SHOULD_BE else {}
    kind = EntryType.DEVICE_BACK if present else EntryType.DEVICE_FAILED
    return box_fact(kind, moment, device=device, **reason)


def note_changes(box: Box, moment: Moment, settings: str, from_district: Mapping[str, Any]) -> None:
    """Appends a fact for settings with another fingerprint than before (empty: not looked at), and one for another unit
    or counter, and keeps what came of the district's settings; nobody is kept waiting by a failure."""
    try:
        with box.store.read() as tx:
            news = _news(tx, box.identity, moment, settings)
            if from_district and from_district != box_state.get(tx, FROM_DISTRICT):
                news.append((FROM_DISTRICT, dict(from_district), None))
        if news:
            with box.store.write() as tx:
                for name, value, fact in news:
                    box_state.put(tx, name, value)
                    if fact:
                        envelope = seal_fact(fact, box.identity.sealing_public_key)
                        ledger.append(tx, box.identity.device_id, [envelope], box.keys.device)
    except (CannotRead, CannotWrite) as error:
        log.error("what changed about the kiosk could not be noted: %s", error)


def _news(tx: Any, who: Identity, moment: Moment, settings: str) -> list[tuple[str, Any, Fact | None]]:
    """Name in ``box_state``, value, and the fact to append, of what is not as it was."""
    news: list[tuple[str, Any, Fact | None]] = []
    if settings and settings != box_state.get(tx, SETTINGS):
        news.append((SETTINGS, settings, box_fact(EntryType.CONFIG_APPLIED, moment, settings=settings)))
    before, place = box_state.get(tx, PLACE), _place(tx, who)
    if before is None or _only_learnt(before, place):
        news.append((PLACE, place, None))
    elif before != place and entry_version(tx) >= ENTRIES_OF_2:
        news.append((PLACE, place, box_fact(EntryType.MOVED, moment, before=before, now=place)))
    return news


def _only_learnt(before: dict[str, str | None], place: dict[str, str | None]) -> bool:
    """Whether nothing moved: the kiosk has but heard now to which unit its counter belongs."""
    return before != place and before == place | {UNIT_OF_COUNTER: None}


def _place(tx: Any, who: Identity) -> dict[str, str | None]:
    """Where the kiosk stands by its enrolment, and the unit of its counter by the reference data."""
    counter = reference.counter(tx, who.counter_id) if who.counter_id else None
    unit_of_counter = counter.unit_id if counter else None
    return {"unit_id": who.unit_id, "counter_id": who.counter_id, UNIT_OF_COUNTER: unit_of_counter}


def clock_changed(last: Moment | None, moment: Moment) -> list[Fact]:
    """A fact of its own when the wall clock moved against the time since boot: order is ``seq``, not this clock."""
    if last is None or last.boot != moment.boot:
        return []
    moved_s = (moment.at_s - last.at_s) - (moment.up_s - last.up_s)
    return [box_fact(EntryType.CLOCK_CHANGED, moment, moved_s=moved_s)] if abs(moved_s) > CLOCK_MOVED_S else []


def declare_gap(tx: Any, box: Box, moment: Moment) -> None:
    """A file that lost or gained rows cannot go on in its epoch: the next one starts, and says so first."""
    flaw = ledger.damage(tx, box.identity.device_id)
    if not flaw:
        return
    log.error("the ledger was damaged (%s); a new epoch is opened", flaw)
    old = ledger.newest(tx, box.identity.device_id)
    fact = box_fact(EntryType.GAP_DECLARED, moment, reason=flaw, old_epoch=old.epoch, old_seq=old.seq)
    ledger.open_epoch(tx, box.identity.device_id, seal_fact(fact, box.identity.sealing_public_key), box.keys.device)
