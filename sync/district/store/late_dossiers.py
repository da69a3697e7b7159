"""Read which dossiers are or were late, as the one-stop software told, and how many by field and by officer. Nothing
here was said by a citizen."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true

from sync.district.domain.apology import DossierPlace, LateDossier
from sync.district.domain.late_register import DossierWindow, LateFilter, LateScope, LateStand
from sync.district.measures.late_fields import FieldCounts
from sync.district.store.among import among
from sync.district.store.apologised import LATE_BACK
from sync.district.store.engine import Connection
from sync.district.store.reference_tables import dossiers, procedures

_D, _P = dossiers.c, procedures.c
_NAMED = dossiers.outerjoin(procedures, _P.procedure_id == _D.procedure_id)
_OF_FIELD = func.coalesce(_P.field, "")


def late_dossiers(
    connection: Connection, scope: LateScope, window: DossierWindow, wanted: LateFilter
) -> Iterator[tuple[LateDossier, str, str]]:
    """The late dossiers of a scope that a filter asks for, with the name of their procedure and its field."""
    columns = (
        *(
            _D.dossier_code,
            _D.counter_id,
            _D.procedure_id,
            _D.officer_number,
            _D.received_on,
            _D.due_on,
            _D.returned_on,
        ),
        *(_D.apology_number, _D.apologised_on, LATE_BACK, func.coalesce(_P.name, ""), _OF_FIELD),
    )
    for there in _within(connection, scope):
        query = select(*columns).select_from(_NAMED).where(there, ~_D.removed, *_asked(window, wanted))
        for code, counter_id, *facts, name, field in connection.execute(query):
            yield _dossier(code, scope.place(code, counter_id), *facts), name, field


def count_late(
    connection: Connection, scope: LateScope, window: DossierWindow, wanted: LateFilter
) -> tuple[dict[LateStand, int], int]:
    """How many late dossiers each stand would list under the rest of a filter, and how many of the whole scope have no
    apology that was handed over: in one reading, whatever the period."""
    found, without = dict.fromkeys(LateStand, 0), 0
    chosen = list(_chosen(wanted))
    numbers = [_number(and_(_stands(window, stand), *chosen)) for stand in LateStand]
    numbers.append(_number(and_(_stands(window, LateStand.ALL), _D.apologised_on.is_(None))))
    back = [and_(_between(day, window), LATE_BACK) for day in (_D.returned_on, _D.received_on)]
    late = or_(_open_late(window), *back)
    for there in _within(connection, scope):
        row = connection.execute(select(*numbers).select_from(_NAMED).where(there, ~_D.removed, late)).one()
        for stand, n in zip(LateStand, row, strict=False):
            found[stand] += int(n or 0)
        without += int(row[-1] or 0)
    return found, without


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def has_dossiers(connection: Connection, scope: LateScope) -> bool:
    """Whether a list told of any dossier of a scope."""
    return any(
        connection.execute(select(_D.dossier_code).where(there, ~_D.removed).limit(1)).first() is not None
        for there in _within(connection, scope)
    )


def dossier(connection: Connection, code: str) -> tuple[LateDossier, str, str] | None:
    """One dossier, late or not, without its unit, with the name and the field of its procedure."""
    columns = (
        *(_D.counter_id, _D.procedure_id, _D.officer_number, _D.received_on, _D.due_on, _D.returned_on),
        *(_D.apology_number, _D.apologised_on, LATE_BACK, func.coalesce(_P.name, ""), _OF_FIELD),
    )
    row = connection.execute(select(*columns).select_from(_NAMED).where(_D.dossier_code == code, ~_D.removed)).first()
    if row is None:
        return None
    counter_id, *facts, name, field = row
    return _dossier(code, DossierPlace("", counter_id), *facts), name, field


def _dossier(code: str, place: DossierPlace, *facts: Any) -> LateDossier:
    procedure_id, officer, received, due, returned, number, on, late = facts
    return LateDossier(code, place, procedure_id, officer, received, due, returned, number or "", on, bool(late))


def by_field(connection: Connection, scope: LateScope, window: DossierWindow) -> dict[str, FieldCounts]:
    """Dossiers received and dossiers returned in a period, and how many of each were late, by field."""
    received: Counter[str] = Counter()
    received_late: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    returned_late: Counter[str] = Counter()
    late = func.sum(case((LATE_BACK, 1), else_=0))
    stands = func.sum(case((or_(LATE_BACK, _open_late(window)), 1), else_=0))
    for there in _within(connection, scope):
        known = (there, ~_D.removed, _D.due_on.is_not(None))
        came = select(_OF_FIELD, func.count(), stands).select_from(_NAMED)
        for name, n, k in connection.execute(came.where(*known, _between(_D.received_on, window)).group_by(_OF_FIELD)):
            received[name] += int(n)
            received_late[name] += int(k or 0)
        went = select(_OF_FIELD, func.count(), late).select_from(_NAMED)
        for name, n, k in connection.execute(went.where(*known, _between(_D.returned_on, window)).group_by(_OF_FIELD)):
            returned[name] += int(n)
            returned_late[name] += int(k or 0)
    names = sorted(received.keys() | returned.keys())
    return {
        name: FieldCounts(received[name], received_late[name], returned[name], returned_late[name]) for name in names
    }


def list_facts(connection: Connection, dossier_codes: Collection[str]) -> dict[str, tuple[date | None, str]]:
    """On which day the results of some dossiers were returned, and the number of the apology of which the list tells,
    empty for none."""
    columns = (_D.dossier_code, _D.returned_on, _D.apology_number)
    return {
        code: (day, number or "")
        for wanted in among(connection, _D.dossier_code, dossier_codes)
        for code, day, number in connection.execute(select(*columns).where(wanted))
    }


def count_without_apology(connection: Connection, counter_ids: Collection[str], today: date) -> dict[str, int]:
    """How many dossiers of each of some counters are not returned, past their day, and have no apology that was handed
    over; counters without any are left out."""
    found: dict[str, int] = defaultdict(int)
    for wanted in among(connection, _D.counter_id, counter_ids):
        late = (wanted, ~_D.removed, _D.returned_on.is_(None), _D.due_on < today, _D.apologised_on.is_(None))
        for counter_id, n in connection.execute(
            select(_D.counter_id, func.count()).where(*late).group_by(_D.counter_id)
        ):
            found[counter_id] += int(n)
    return dict(found)


def _asked(window: DossierWindow, wanted: LateFilter) -> Iterator[ColumnElement[bool]]:
    yield _stands(window, wanted.stand)
    yield from _chosen(wanted)


def _stands(window: DossierWindow, stand: LateStand) -> ColumnElement[bool]:
    open_late, returned_late = _open_late(window), and_(_between(_D.returned_on, window), LATE_BACK)
    match stand:
        case LateStand.OPEN:
            return open_late
        case LateStand.RETURNED:
            return returned_late
        case LateStand.RECEIVED:
            return and_(_between(_D.received_on, window), or_(open_late, LATE_BACK))
        case LateStand.ALL:
            return or_(open_late, returned_late)


def _chosen(wanted: LateFilter) -> Iterator[ColumnElement[bool]]:
    """What is asked beside the stand."""
    if wanted.apology:
        given = _D.apologised_on.is_not(None)
        yield given if wanted.apology == "with" else ~given
    if wanted.field is not None:
        yield func.coalesce(_P.field, "") == wanted.field
    if wanted.procedure:
        yield _D.procedure_id == wanted.procedure
    if wanted.counter:
        yield _D.counter_id == wanted.counter


def _open_late(window: DossierWindow) -> ColumnElement[bool]:
    return and_(_D.returned_on.is_(None), _D.due_on < window.today)


def _between(column: ColumnElement[Any], window: DossierWindow) -> ColumnElement[bool]:
    return column <= window.last if window.first is None else column.between(window.first, window.last)


def _within(connection: Connection, scope: LateScope) -> Iterator[ColumnElement[bool]]:
    """Conditions that together name every dossier of a scope once: those at its counters, and those without a counter
    whose code begins with one of its units."""
    if scope.is_whole:
        yield true()
        return
    yield from among(connection, _D.counter_id, scope.counters)
    if not scope.without_counter:
        return
    for length in sorted({len(unit_id) for unit_id in scope.units}):
        units: Sequence[str] = [each for each in scope.units if len(each) == length]
        begins, hyphen = func.substr(_D.dossier_code, 1, length), func.substr(_D.dossier_code, length + 1, 1) == "-"
        for wanted in among(connection, begins, units):
            yield and_(_D.counter_id.is_(None), hyphen, wanted)
