"""Which conclusions officers are told of, and how the dossiers stand that those which count are about."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import exists, func, insert, select

from sync.district.domain.complaint_steps import Action
from sync.district.domain.release import Stream
from sync.district.domain.rights import answering_roles
from sync.district.measures.dossier_states import DossierState, state_of
from sync.district.measures.placed import Spot
from sync.district.store import complaint_tables as c
from sync.district.store.among import among
from sync.district.store.complaint_subjects import COUNTER, GUESSED, OFFICER
from sync.district.store.engine import Connection
from sync.district.store.people_tables import users
from sync.district.store.period_sums import Span, released_sums
from sync.district.store.reference_tables import dossiers
from sync.district.store.release_tables import released_members
from sync.district.times import local_day

_N, _A, _K = c.conclusion_notices.c, c.complaint_actions.c, c.complaints.c


class Notice(Struct, frozen=True):
    """That an officer was told of a conclusion: of which complaint, by which approval, from which local day on, and
    at which moment."""

    notice_id: int
    complaint_id: str
    action_id: int
    officer_number: str
    given_on: date
    at: datetime


class ConductPlace(Struct, frozen=True):
    """Where a complaint counts: the unit where it was said, the counter that it names or its dossier was at (empty for
    none), and how its dossier stands; ``None`` where nobody knows, or it is not returned. ``case``: its dossier, which
    counts once, or the complaint where it names none."""

    unit_id: str
    counter_id: str
    case: str
    state: DossierState | None

    @property
    def has_dossier(self) -> bool:
        """Whether it names a dossier, which the rules of release hold together."""
        return self.case.startswith("d:")


NOTICE_VIEW = "notice"
"""What stands in ``complaint_views`` when an officer opened what they were told."""
_COLUMNS = tuple(_N[name] for name in Notice.__struct_fields__)


def without_notice(connection: Connection) -> list[str]:
    """The complaints of which a conclusion was approved, and whose newest approval no officer was told of."""
    newest = (
        select(_A.complaint_id, func.max(_A.action_id).label("action_id"))
        .where(_A.action == str(Action.ENDORSE))
        .group_by(_A.complaint_id)
        .subquery()
    )
    known = exists().where(_N.action_id == newest.c.action_id)
    return list(connection.scalars(select(newest.c.complaint_id).where(~known)))


def with_accounts(connection: Connection, officers: Collection[str]) -> set[str]:
    """Those of some officers who can sign in, so that they can read what they are told and answer it: who was invited
    and has set no password yet cannot."""
    found, reads = set[str](), users.c.role.in_([str(role) for role in answering_roles()])
    able = ~users.c.disabled & (users.c.password_hash != "")
    for wanted in among(connection, users.c.officer_number, officers):
        found |= set(connection.scalars(select(users.c.officer_number).where(wanted, able, reads)))
    return found


def opened_on(connection: Connection, notices: Collection[Notice]) -> dict[int, date]:
    """On which local day the officer first opened what these notices told them; without those who never did."""
    v, seen = c.complaint_views.c, defaultdict[tuple[str, str], list[datetime]](list)
    joined = c.complaint_views.join(users, users.c.user_name == v.by)
    columns = (v.complaint_id, users.c.officer_number, v.at)
    for wanted in among(connection, v.complaint_id, {each.complaint_id for each in notices}):
        query = select(*columns).select_from(joined).where(wanted, v.what == NOTICE_VIEW)
        for complaint_id, officer_number, at in connection.execute(query):
            seen[complaint_id, officer_number].append(at)
    first = {
        each.notice_id: min((at for at in seen[each.complaint_id, each.officer_number] if at >= each.at), default=None)
        for each in notices
    }
    return {notice_id: local_day(at) for notice_id, at in first.items() if at is not None}


def officers_informed_on(connection: Connection, complaint_id: str, action_id: int) -> date | None:
    """On which local day officers were told of an approval; ``None`` when they were not."""
    mine = (_N.complaint_id == complaint_id, _N.action_id == action_id)
    found: date | None = connection.scalar(select(func.min(_N.given_on)).where(*mine))
    return found


def add_notices(connection: Connection, notices: Iterable[tuple[str, int, str]], at: datetime) -> None:
    """Writes that officers were told: complaint, approval and officer, in the order in which they are numbered."""
    names = ("complaint_id", "action_id", "officer_number")
    rows = [dict(zip(names, each, strict=True)) | {"given_on": local_day(at), "at": at} for each in notices]
    for row in rows:
        connection.execute(insert(c.conclusion_notices).values(row))


def notices_to(connection: Connection, officer_number: str) -> list[Notice]:
    """What an officer was told, in the order in which they were."""
    query = select(*_COLUMNS).where(_N.officer_number == officer_number).order_by(_N.notice_id)
    return [Notice(*row) for row in connection.execute(query)]


def notice(connection: Connection, notice_id: int) -> Notice | None:
    """One of them."""
    row = connection.execute(select(*_COLUMNS).where(_N.notice_id == notice_id)).first()
    return None if row is None else Notice(*row)


def notices_until(connection: Connection, day: date) -> list[Notice]:
    """What officers were told by a day, in the order in which they were told."""
    query = select(*_COLUMNS).where(_N.given_on <= day).order_by(_N.notice_id)
    return [Notice(*row) for row in connection.execute(query)]


def released_cases(connection: Connection) -> set[str]:
    """The cases that are in a released group: ``ConductPlace.case``."""
    m = released_members.c
    return set(connection.scalars(select(m.member).where(m.stream == str(Stream.CONDUCT))))


def kept_from(connection: Connection, notice_ids: Collection[int]) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """Of the complaints behind some notices: the officers and the counters that they are kept from."""
    s, k = c.complaint_subjects.c, c.complaint_kept_from.c
    found = {each: (set[str](), set[str]()) for each in notice_ids}
    firm = select(_N.notice_id, s.kind, s.value).join(c.complaint_subjects, s.complaint_id == _N.complaint_id)
    now = select(_N.notice_id, k.kind, k.value).join(c.complaint_kept_from, k.entry_id == _N.complaint_id)
    for query in (firm.where(s.source.not_in(GUESSED)), now):
        for wanted in among(connection, _N.notice_id, found):
            for notice_id, kind, value in connection.execute(query.where(wanted)):
                if kind in (OFFICER, COUNTER):
                    found[notice_id][kind == COUNTER].add(value)
    return {each: (frozenset(officers), frozenset(counters)) for each, (officers, counters) in found.items()}


def places(connection: Connection, complaint_ids: Collection[str]) -> dict[str, ConductPlace]:
    """Where these complaints count."""
    d, found = dossiers.c, dict[str, ConductPlace]()
    joined = c.complaints.outerjoin(dossiers, d.dossier_code == _K.dossier_code)
    columns = (_K.entry_id, _K.unit_id, _K.counter_id, d.counter_id, _K.dossier_code)
    dates = (d.due_on, d.due_time, d.returned_on, d.returned_time)
    for wanted in among(connection, _K.entry_id, complaint_ids):
        for entry_id, unit_id, named, at, code, *when in connection.execute(
            select(*columns, *dates).select_from(joined).where(wanted)
        ):
            found[entry_id] = ConductPlace(
                unit_id, named or at or "", f"d:{code}" if code else f"e:{entry_id}", state_of(*when)
            )
    return found


def conduct_by_era(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date] = ()
) -> Mapping[Spot, Mapping[str, int]]:
    """Released counts of dossiers about which somebody's conduct was found wrong, by how they stand, unit and
    counter."""
    found: dict[Spot, dict[str, int]] = {}
    by = ("unit_id", "counter_id", "answer")
    for era, unit_id, counter_id, state, n in released_sums(
        connection, (Stream.CONDUCT,), by, Span(first, last, bounds)
    ):
        found.setdefault((era, unit_id, counter_id), {})[state] = n
    return found
