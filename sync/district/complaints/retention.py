"""Carry the table of keeping times out: erase what has ended, and what a restored backup brought back."""

import logging
from datetime import datetime

from kiosk.domain.deadlines import Scheme
from sync.district.complaints.erasing import erase
from sync.district.domain.erasure import ErasureScope, Why
from sync.district.domain.personal_rules import KeptData, PersonalRules
from sync.district.store import erasures, retention
from sync.district.store.engine import Engine, reading, writing
from sync.district.store.erasure_list import ErasureList
from sync.district.store.locks import Lock, hold
from sync.district.store.retention import RetentionRun

log = logging.getLogger(__name__)

MANY = 100
RESTORED = "restored"
"""The rule by which what a restored backup brought back is erased again."""
_SCOPES = {KeptData.WORDS: ErasureScope.ALL, KeptData.CONTACT: ErasureScope.CONTACT}


def carry_out_times(
    engine: Engine, schemes: tuple[Scheme, ...], rules: PersonalRules, erased: ErasureList, now: datetime
) -> list[RetentionRun]:
    """Erases what is older than the table says, and again what is on the list of erasures; how many of each. What the
    list lacks is added. Raises ``StoreUnavailable`` or ``OSError``; what was done until then stays done."""
    list_erased(engine, erased)
    runs = [RetentionRun(now, RESTORED, erase_again(engine, schemes, erased, now))]
    for what, scope in _SCOPES.items():
        runs.append(RetentionRun(now, str(what), _erase_ended(engine, schemes, scope, rules, what, erased, now)))
    return runs


def erase_again(engine: Engine, schemes: tuple[Scheme, ...], erased: ErasureList, now: datetime) -> int:
    """Erases what a restored backup has brought back; returns of how many matters. Raises ``StoreUnavailable`` or
    ``OSError``."""
    listed = {
        entry_id: (scope, why)
        for entry_id, scope, why in sorted(erased.read(), key=lambda each: each[1] is ErasureScope.ALL)
    }  # the wider of two holds
    with reading(engine) as connection:
        known = erasures.known_ids(connection, listed)
        done = {each.complaint_id: each.scope for each in erasures.erasures_of(connection, known)}
    left = [each for each in sorted(known) if each not in done or not done[each].covers(listed[each][0])]
    for entry_id in left:
        with writing(engine) as connection:
            hold(connection, Lock.RETENTION)
            erase(connection, schemes, entry_id, *listed[entry_id], now)
    return len(left)


def list_erased(engine: Engine, erased: ErasureList, after: int = 0) -> int:
    """Puts on the list what was erased since an erasure and does not stand there: what came from kiosks, say. Returns
    the newest erasure. Raises ``StoreUnavailable`` or ``OSError``."""
    with reading(engine) as connection:
        newest = erasures.newest_erasure(connection)
        found = erasures.erasures_of(connection, after=after) if newest > after else []
    listed = {(entry_id, scope) for entry_id, scope, _ in erased.read()} if found else set()
    for each in found:
        if (each.complaint_id, each.scope) not in listed:
            erased.add([each.complaint_id], each.scope, each.why)
    return newest


def _erase_ended(
    engine: Engine,
    schemes: tuple[Scheme, ...],
    scope: ErasureScope,
    rules: PersonalRules,
    what: KeptData,
    erased: ErasureList,
    now: datetime,
) -> int:
    done = 0
    while True:
        with writing(engine) as connection:
            hold(connection, Lock.RETENTION)
            found = retention.ended_before(connection, scope, now - rules.kept_for(what), MANY)
            gone = [name for each in found for name in erase(connection, schemes, each, scope, Why.TIME_ENDED, now)]
            erased.add(gone, scope, Why.TIME_ENDED)
        done += len(gone)
        if len(found) < MANY or not gone:
            log.info("retention: %s of %d matters erased", scope, done)
            return done
