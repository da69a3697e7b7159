"""Close a period of a unit, correct what was closed by two people, and check that nothing was changed since."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec.structs import replace
from nacl.signing import SigningKey

from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.closed_period import ClosedPeriod, Flaw, flaws, signed
from sync.district.domain.release import complete_from, is_complete
from sync.district.measures.closed_figures import CLOSABLE, figures_from, text_of
from sync.district.measures.period import Asked, Period, PeriodName, period
from sync.district.reports.period_figures import HowToRead, read_figures
from sync.district.store import audit, closings
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.store.locks import Lock, hold
from sync.district.store.releases import shown_until
from sync.district.times import local_day


class Refusal(StrEnum):
    """Why something was not done; the texts say it to people, under ``closing.refused``."""

    TOO_EARLY = "too_early"
    NO_SUCH_KIND = "no_such_kind"
    NO_UNIT = "no_unit"
    ALREADY = "already"
    NOT_NEWEST = "not_newest"
    NO_PROPOSAL = "no_proposal"
    SAME_PERSON = "same_person"
    NOTHING_NEW = "nothing_new"


class CannotClose(Exception):
    """Nothing was done. ``day``: from when on it can be, where that is the reason."""

    def __init__(self, why: Refusal, day: date | None = None) -> None:
        super().__init__(str(why))
        self.why, self.day = why, day


def close(engine: Engine, key: SigningKey, wanted: Asked, unit_id: str, person: str, how: HowToRead) -> ClosedPeriod:
    """Closes a period of a unit with everything below it, signed with the district's receipt key.

    Raises ``CannotClose``, ``NotBegun`` and ``StoreUnavailable``.
    """
    with _alone(engine) as (connection, writer):
        chosen = _complete(connection, wanted, how.now)
        name = (unit_id, str(chosen.name), chosen.of)
        if closings.versions(connection, name):
            raise CannotClose(Refusal.ALREADY)
        drafted = _drafted(connection, chosen, unit_id, person, how)
        return _appended(writer, key, drafted, "closed")


def propose(engine: Engine, number: int, person: str, reason: str, now: datetime) -> ClosedPeriod:
    """Proposes that a closing is corrected, and gives it back; ``reason`` as ``reason_from`` gives it. Raises
    ``CannotClose`` when it is not the newest of its period, and ``StoreUnavailable``."""
    with writing(engine) as connection:
        closed = _newest(connection, number)
        closings.propose(connection, number, person, now, reason)
        audit.note(connection, AuditEntry(now, person, Audited.PERIOD, _detail(closed, "proposed"), reason))
    return closed


def confirm(engine: Engine, key: SigningKey, number: int, person: str, how: HowToRead) -> ClosedPeriod:
    """Corrects a closing as another person proposed: what is released by now is closed as one more version, and both
    are kept. Raises ``CannotClose``, ``StoreUnavailable``."""
    with _alone(engine) as (connection, writer):
        closed = _newest(connection, number)
        proposed = closings.proposal(connection, number)
        if proposed is None:
            raise CannotClose(Refusal.NO_PROPOSAL)
        if proposed.person == person:
            raise CannotClose(Refusal.SAME_PERSON)
        chosen = _complete(connection, Asked(PeriodName(closed.period), closed.of), how.now)
        drafted = _drafted(connection, chosen, closed.unit_id, person, how)
        old = figures_from(closed.content)
        figures = replace(
            figures_from(drafted.content), late_before=old.late_before
        )  # noted once, in the first version
        known = figures.apologies if old.apologies else None  # closed before apologies were kept here: no news alone
        if replace(figures, made_on=old.made_on, apologies=known) == old:
            raise CannotClose(Refusal.NOTHING_NEW)
        more: dict[str, Any] = {"version": closed.version + 1, "proposed_by": proposed.person}
        more |= {"reason": proposed.reason, "content": text_of(figures)}
        return _appended(writer, key, replace(drafted, **more), "confirmed")


def verify(engine: Engine, public_key: bytes) -> tuple[int, list[tuple[int, Flaw]]]:
    """How many closings there are, and what is wrong with which. Raises ``StoreUnavailable``."""
    with reading(engine) as connection:
        known = list(closings.every(connection))
    return len(known), list(flaws(known, public_key))


@contextmanager
def _alone(engine: Engine) -> Iterator[tuple[Connection, Connection]]:
    """One unchanging state to read, and a transaction to write in; nothing is released, given its day or closed by
    anybody else until that ends. So a group is either in the closing or late, never both and never neither."""
    with writing(engine) as writer:
        hold(writer, Lock.PROJECTION)
        hold(writer, Lock.CLOSING)
        with reading(engine) as connection:  # after the locks: what others committed while this waited is seen
            yield connection, writer


def _complete(connection: Connection, wanted: Asked, now: datetime) -> Period:
    """The period, if it is of a kind that is closed, over, and whatever belongs to it had time to arrive."""
    if wanted.name not in CLOSABLE or not wanted.of:
        raise CannotClose(Refusal.NO_SUCH_KIND)
    until = shown_until(connection, local_day(now))
    chosen = period(wanted, until)
    if not is_complete(chosen.ends, until):
        raise CannotClose(Refusal.TOO_EARLY, complete_from(chosen.ends))
    return chosen


def _drafted(connection: Connection, chosen: Period, unit_id: str, person: str, how: HowToRead) -> ClosedPeriod:
    figures = read_figures(connection, Asked(chosen.name, chosen.of), unit_id, replace(how, allowed=None))
    if figures is None or figures.unit_id != unit_id:
        raise CannotClose(Refusal.NO_UNIT)
    return ClosedPeriod(
        number=0,
        unit_id=unit_id,
        period=str(chosen.name),
        of=chosen.of,
        version=1,
        closed_at=closings.moment_after_all_days(connection, how.now),
        closed_by=person,
        proposed_by="",
        reason="",
        through_group=closings.newest_group(connection),
        content=text_of(figures),
    )


def _appended(writer: Connection, key: SigningKey, drafted: ClosedPeriod, did: str) -> ClosedPeriod:
    """Puts a closing at the end of the chain."""
    end = closings.end_of_chain(writer)
    closed = signed(replace(drafted, number=end.number + 1, previous=end.hash), key)
    closings.append(writer, closed)
    detail = _detail(closed, did)
    audit.note(writer, AuditEntry(closed.closed_at, closed.closed_by, Audited.PERIOD, detail, closed.reason))
    return closed


def _newest(connection: Connection, number: int) -> ClosedPeriod:
    closed = closings.closing(connection, number)
    if closed is None or closings.versions(connection, closed.name)[-1].number != number:
        raise CannotClose(Refusal.NOT_NEWEST)
    return closed


def _detail(closed: ClosedPeriod, did: str) -> dict[str, object]:
    return {
        "did": did,
        "unit": closed.unit_id,
        "period": closed.of,
        "closing": closed.number,
        "version": closed.version,
        "hash": closed.hash.hex(),
    }
