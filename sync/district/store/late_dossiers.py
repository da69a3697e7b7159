"""Read which dossiers are or were late, as the one-stop software told. Nothing here was said by a citizen."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Float, Integer, String, and_, case, cast, func, select, true

from sync.district.domain.apology import Apology, DossierPlace, LateDossier
from sync.district.domain.late_register import DossierWindow, LateFilter, LateScope, LateStand
from sync.district.store.among import among
from sync.district.store.apologies import apologies_of
from sync.district.store.apology_tables import apologies
from sync.district.store.engine import Connection
from sync.district.store.reference_tables import LATE_BACK, dossiers, procedures

_D, _P, _A = dossiers.c, procedures.c, apologies.c
_COUNTER = func.coalesce(_D.counter_id, "", type_=String)
NAMED = dossiers.outerjoin(procedures, _P.procedure_id == _D.procedure_id)
OF_FIELD = func.coalesce(_P.field, "")
_FACTS = (
    *(_D.dossier_code, _D.counter_id, _D.procedure_id, _D.officer_number, _D.received_on, _D.due_on, _D.returned_on),
    *(_D.apology_number, _D.apologised_on, LATE_BACK, func.coalesce(_P.name, ""), OF_FIELD),
)


class LateCounts(Struct, frozen=True):
    """How many late dossiers each stand would list under the rest of a filter; and of a whole scope and period: how
    many there are, and how many of them have no apology that was handed over."""

    by_stand: dict[LateStand, int]
    late: int
    without: int


def late_dossiers(
    connection: Connection, scope: LateScope, window: DossierWindow, wanted: LateFilter, most: int | None = None
) -> Iterator[tuple[LateDossier, str, str]]:
    """The late dossiers of a scope that a filter asks for, with the name of their procedure and its field: all of them,
    or at least the ``most`` that are latest."""
    source = dossiers if wanted.field is None else NAMED
    for there in within(connection, scope):
        for stretch in stretches(window, wanted.stand):
            listed = (there, ~_D.removed, stretch, *_chosen(wanted))
            query = select(*_FACTS).select_from(NAMED).where(*listed)
            if most is not None:  # the index alone finds the latest; only of these the rest is read
                latest = select(_D.dossier_code).select_from(source).where(*listed)
                latest = latest.order_by(_days_late(connection, window.today).desc(), _D.dossier_code).limit(most)
                query = select(*_FACTS).select_from(NAMED).where(_D.dossier_code.in_(latest.correlate(None)))
            for code, counter_id, *facts, name, field in connection.execute(query):
                yield _dossier(code, scope.place(code, counter_id), *facts), name, field


def _days_late(connection: Connection, today: date) -> ColumnElement[Any]:
    """How long a dossier is or was late. SQLite keeps a day as text and counts it by ``julianday``."""
    until = func.coalesce(_D.returned_on, today)
    if connection.dialect.name == "sqlite":
        return cast(func.julianday(until), Float) - cast(func.julianday(_D.due_on), Float)
    return cast(until - _D.due_on, Integer)


def count_late(connection: Connection, scope: LateScope, window: DossierWindow, wanted: LateFilter) -> LateCounts:
    """Counts late dossiers, stretch by stretch of their indexes: those that are late now, those that came back late."""
    chosen, by_stand = and_(true(), *_chosen(wanted)), Counter[LateStand]()
    source = dossiers if wanted.field is None else NAMED
    late = without = 0
    numbers = (func.count(), _number(chosen), _number(_D.apologised_on.is_(None)))
    for there in within(connection, scope):
        for stand in (LateStand.OPEN, LateStand.RETURNED, LateStand.RECEIVED):
            for stretch in stretches(window, stand):
                query = select(*numbers).select_from(source).where(there, ~_D.removed, stretch)
                n, listed, unanswered = (int(each or 0) for each in connection.execute(query).one())
                by_stand[stand] += listed
                if stand is not LateStand.RECEIVED:
                    by_stand[LateStand.ALL] += listed
                    late, without = late + n, without + unanswered
    return LateCounts({stand: by_stand[stand] for stand in LateStand}, late, without)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def doubled(connection: Connection, scope: LateScope, window: DossierWindow) -> list[tuple[LateDossier, Apology]]:
    """The late dossiers of a scope of which the list tells another apology than ours."""
    joined = NAMED.join(apologies, _A.dossier_code == _D.dossier_code)
    found: list[LateDossier] = []
    for there in within(connection, scope):
        for stretch in stretches(window, LateStand.ALL):
            listed = (there, ~_D.removed, stretch, _D.apology_number.is_not(None), _D.apology_number != "")
            for code, counter_id, *facts, _name, _field in connection.execute(
                select(*_FACTS).select_from(joined).where(*listed, _D.apology_number != _label())
            ):
                found.append(_dossier(code, scope.place(code, counter_id), *facts))
    ours = apologies_of(connection, [each.dossier_code for each in found])
    return [
        (each, ours[each.dossier_code])
        for each in found
        if each.dossier_code in ours and each.differs_from(ours[each.dossier_code])
    ]


def _label() -> ColumnElement[str]:
    """As ``Apology.label``: a number that the list took from us is no other apology."""
    number, year = cast(_A.number, String), cast(_A.year, String)
    return case((_A.number < 10, "0" + number), else_=number) + "/" + year


def has_dossiers(connection: Connection, scope: LateScope) -> bool:
    """Whether a list told of any dossier of a scope."""
    return any(
        connection.execute(select(_D.dossier_code).where(there, ~_D.removed).limit(1)).first() is not None
        for there in within(connection, scope, by_counter=True)
    )


def dossier(connection: Connection, code: str) -> tuple[LateDossier, str, str] | None:
    """One dossier, late or not, without its unit, with the name and the field of its procedure."""
    row = connection.execute(select(*_FACTS).select_from(NAMED).where(_D.dossier_code == code, ~_D.removed)).first()
    if row is None:
        return None
    _code, counter_id, *facts, name, field = row
    return _dossier(code, DossierPlace("", counter_id), *facts), name, field


def _dossier(code: str, place: DossierPlace, *facts: Any) -> LateDossier:
    procedure_id, officer, received, due, returned, number, on, late = facts
    return LateDossier(code, place, procedure_id, officer, received, due, returned, number or "", on, bool(late))


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


def stretches(window: DossierWindow, stand: LateStand) -> Sequence[ColumnElement[bool]]:
    """Conditions that together name every late dossier of a stand once; each is one stretch of an index."""
    back = and_(between(_D.returned_on, window), LATE_BACK)
    match stand:
        case LateStand.OPEN:
            return [open_late(window)]
        case LateStand.RETURNED:
            return [back]
        case LateStand.RECEIVED:
            received = between(_D.received_on, window)
            return [and_(received, open_late(window)), and_(received, LATE_BACK)]
        case LateStand.ALL:
            return [open_late(window), back]


def _chosen(wanted: LateFilter) -> Iterator[ColumnElement[bool]]:
    """What is asked beside the stand."""
    if wanted.apology:
        yield _D.apologised_on.is_not(None) if wanted.apology == "with" else _D.apologised_on.is_(None)
    if wanted.field is not None:
        yield OF_FIELD == wanted.field  # noqa: SIM300 - the column decides what is made
    if wanted.procedure:
        yield _D.procedure_id == wanted.procedure
    if wanted.counter:
        yield _D.counter_id == wanted.counter


def open_late(window: DossierWindow) -> ColumnElement[bool]:
    """Not returned, and past its day."""
    return and_(_D.returned_on.is_(None), _D.due_on < window.today)


def between(column: ColumnElement[Any], window: DossierWindow) -> ColumnElement[bool]:
    """On a day of the window."""
    return column <= window.last if window.first is None else column.between(window.first, window.last)


def within(connection: Connection, scope: LateScope, *, by_counter: bool = False) -> Iterator[ColumnElement[bool]]:
    """Conditions that together name every dossier of a scope once: those at its counters, and those without a counter
    whose code begins with one of its units. ``by_counter``: they lead to the index of counters; else to one of days,
    which reads less where only few of the dossiers are wanted."""
    if scope.is_whole:
        yield true()
        return
    yield from among(connection, _D.counter_id if by_counter else _COUNTER, scope.counters)
    if not scope.without_counter:
        return
    for length in sorted({len(unit_id) for unit_id in scope.units}):
        units: Sequence[str] = [each for each in scope.units if len(each) == length]
        begins, hyphen = func.substr(_D.dossier_code, 1, length), func.substr(_D.dossier_code, length + 1, 1) == "-"
        for wanted in among(connection, begins, units):
            yield and_(_D.counter_id.is_(None), hyphen, wanted)
