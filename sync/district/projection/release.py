"""The daily release: once a local day has begun, what arrived before it is grouped and becomes visible."""

import logging
from datetime import datetime
from random import SystemRandom

from kiosk.domain.deadlines import Scheme
from sync.district.complaints.conclusions import waiting_conclusions
from sync.district.complaints.recompute import recompute_status
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.release import Closed, closed, contradictions, corrections
from sync.district.store import releases as store
from sync.district.store.complaints import numbers_with_news
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.store.invitations import waiting_invitations
from sync.district.store.locks import Lock, hold
from sync.district.store.rated_hours import waiting_hours
from sync.district.store.remark_releases import release_remarks
from sync.district.times import local_day, start_of

log = logging.getLogger(__name__)


def release(engine: Engine, now: datetime, schemes: tuple[Scheme, ...] | None = None) -> int:
    """Makes the release of the local day; returns how many groups that released, 0 when it was made before.

    Whatever the moment at which this runs, only what had arrived when the day began is looked at: nobody learns
    anything from trying again. Verdicts and supplements given at kiosks count from then on too: ``schemes`` are the
    office's deadlines, else the shipped ones. Raises ``StoreUnavailable``.
    """
    today, schemes = local_day(now), load_schemes() if schemes is None else schemes
    with reading(engine) as connection:
        if store.is_released(connection, today):
            return 0
    with writing(engine) as connection:
        hold(connection, Lock.PROJECTION)
        if store.is_released(connection, today):
            return 0
        numbers = numbers_with_news(connection, since=store.released_at(connection))
        groups = release_each_stream(connection, now)
        recompute_status(connection, numbers, schemes, now)
        batches = release_remarks(connection, start_of(today), SystemRandom().shuffle)
        store.note_release(connection, today, now)
    log.info("release of %s: %d groups, %d batches of remarks", today, len(groups), batches)
    return len(groups)


def release_each_stream(connection: Connection, now: datetime) -> list[Closed]:
    """Releases what had arrived when the local day began; returns the groups. One stream after the other: a correction,
    a contradiction, a reason and an hour belong to ratings already released."""
    today, shuffle = local_day(now), SystemRandom().shuffle
    before, made = start_of(today), list[Closed]()
    for waiting in (
        store.waiting_ratings,
        lambda connection, before: corrections(store.contradicted(connection, before)),
        lambda connection, before: contradictions(store.contradicted(connection, before)),
        store.waiting_reasons,
        store.waiting_private_answers,
        waiting_invitations,
        waiting_conclusions,
        waiting_hours,
    ):
        groups = closed(waiting(connection, before), shuffle)
        store.release(connection, groups, today)
        made += groups
    return made
