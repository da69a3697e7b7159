"""Note doubts about counters' months, and read them with what people wrote about them."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, convert, to_builtins
from sqlalchemy import ColumnElement, and_, func, insert, select, true

from sync.district.domain.doubt_case import DoubtCase, DoubtStep, DoubtVerdict, Sight
from sync.district.domain.people import Role
from sync.district.domain.release import Stream
from sync.district.measures.cover import last_of_month
from sync.district.measures.doubt.examine import Examined
from sync.district.measures.doubt.signal import DoubtTest, Signal
from sync.district.measures.released_counts import ReleasedCounts
from sync.district.store.among import among
from sync.district.store.doubt_tables import doubt_examinations, doubt_groups, doubt_steps, doubts
from sync.district.store.engine import Connection
from sync.district.store.raw_sums import counted_between
from sync.district.store.release_tables import (
    COUNTED_ON,
    DATED_GROUPS,
    released_counts,
    released_groups,
    released_members,
)
from sync.district.store.upsert import insert_new

_D, _S, _X = doubts.c, doubt_steps.c, doubt_examinations.c
_G, _M = released_groups.c, released_members.c
_CASE = (_D.doubt_id, _D.unit_id, _D.counter_id, _D.noted_on)


class ListedDoubt(Struct, frozen=True):
    """A counter's month that needs a second look, as a list shows it: which ``tests`` speak against it."""

    doubt_id: int
    month: date
    tests: frozenset[DoubtTest]
    case: DoubtCase


class Doubt(Struct, frozen=True):
    """A doubt with its evidence. ``signals``: of the tests that speak against it, the clearest first."""

    doubt_id: int
    month: date
    signals: tuple[Signal, ...]
    case: DoubtCase

    @property
    def listed(self) -> ListedDoubt:
        """As a list shows it."""
        return ListedDoubt(self.doubt_id, self.month, frozenset(each.test for each in self.signals), self.case)


class QuestionedDay(Struct, frozen=True):
    """A day on which released groups count that hold presses in question, and how many ratings these groups have."""

    day: date
    rated: int


class BothFigures(Struct, frozen=True):
    """The released counts of a counter's month: all, and those of the groups without any press in question."""

    all: ReleasedCounts
    without: ReleasedCounts
    questioned: tuple[QuestionedDay, ...]


class Examination(Struct, frozen=True):
    """When a month was examined: of how many counters some test could speak, how many were noted."""

    month: date
    examined_on: date
    groups: int
    counters: int
    noted: int


def groups_in(connection: Connection, month: date) -> int:
    """How many released groups of ratings count in a month."""
    where = and_(_G.stream == str(Stream.RATING), _counts_in(month))
    return connection.scalar(select(func.count()).select_from(DATED_GROUPS).where(where)) or 0


def examinations(connection: Connection) -> list[Examination]:
    """Every examination, the newest month first, of one month the newest first."""
    columns = [_X[name] for name in Examination.__struct_fields__]
    rows = connection.execute(select(*columns).order_by(_X.month.desc(), _X.examined_on.desc()))
    return [Examination(*row) for row in rows]


def note_examination(connection: Connection, examined: Examination, found: Sequence[Examined]) -> int:
    """Notes a month as examined, and the doubts that were not noted before; returns how many these are."""
    known = select(_D.unit_id, _D.counter_id).where(_D.month == examined.month)
    before = {(unit_id, counter_id) for unit_id, counter_id in connection.execute(known)}
    new = [each for each in found if (each.unit_id, each.counter_id) not in before]
    for each in new:
        _note(connection, examined, each)
    values = {name: getattr(examined, name) for name in Examination.__struct_fields__} | {"noted": len(new)}
    insert_new(connection, doubt_examinations, [values])
    return len(new)


def _note(connection: Connection, examined: Examination, each: Examined) -> None:
    values = {
        "month": examined.month,
        "unit_id": each.unit_id,
        "counter_id": each.counter_id,
        "noted_on": examined.examined_on,
        "p": each.p,
        "signals": [_kept(signal) for signal in each.unusual],
    }
    doubt_id = connection.execute(insert(doubts).values(values).returning(_D.doubt_id)).scalar_one()
    cases = {case for signal in each.unusual for case in signal.cases}
    rows = [{"doubt_id": doubt_id, "group_id": group_id} for group_id in sorted(_groups_of(connection, cases))]
    insert_new(connection, doubt_groups, rows)


def _kept(signal: Signal) -> dict[str, Any]:
    return dict(to_builtins(signal)) | {"cases": sorted(signal.cases)}


def _groups_of(connection: Connection, cases: Collection[str]) -> set[int]:
    found: set[int] = set()
    for wanted in among(connection, _M.member, cases):
        found |= set(connection.scalars(select(_M.group_id).where(_M.stream == str(Stream.RATING), wanted)))
    return found


def doubts_seen(connection: Connection, where: Sight) -> list[ListedDoubt]:
    """The doubts in some units or at some counters with what was written about them, the newest month first and of one
    month the clearest. Which presses are in question stays in the database: of a month they may be thousands."""
    tests = [_D.signals[place]["test"].as_string() for place in range(len(DoubtTest))]
    found = list[tuple[tuple[int, float, int], ListedDoubt]]()
    for wanted in _within(connection, where):
        steps = _steps(connection, wanted)
        for row in connection.execute(select(*_CASE, _D.month, _D.p, *tests).where(wanted)):
            doubt_id, month, p, *named = row[0], *row[4:]
            listed = ListedDoubt(
                doubt_id, month, frozenset(DoubtTest(each) for each in named if each), _case(row, steps)
            )
            found.append(((-month.toordinal(), p, doubt_id), listed))
    return [listed for _, listed in sorted(found, key=lambda each: each[0])]


def doubt(connection: Connection, doubt_id: int) -> Doubt | None:
    """One doubt."""
    wanted = _D.doubt_id == doubt_id
    row = connection.execute(select(*_CASE, _D.month, _D.signals).where(wanted)).one_or_none()
    if row is None:
        return None
    return Doubt(doubt_id, row.month, convert(row.signals, tuple[Signal, ...]), _case(row, _steps(connection, wanted)))


def _within(connection: Connection, where: Sight) -> Iterator[ColumnElement[bool]]:
    if where.units is None and where.counters is None:
        yield true()
    elif where.units is not None:
        yield from among(connection, _D.unit_id, where.units)
    else:
        yield from among(connection, _D.counter_id, where.counters or ())


def _case(row: Any, steps: Mapping[int, list[DoubtStep]]) -> DoubtCase:
    return DoubtCase(row.unit_id, row.counter_id, row.noted_on, tuple(steps.get(row.doubt_id, ())))


def _steps(connection: Connection, wanted: ColumnElement[bool]) -> Mapping[int, list[DoubtStep]]:
    found: dict[int, list[DoubtStep]] = {}
    columns = (_S.doubt_id, _S.at, _S.person, _S.text, _S.verdict, _S.role)
    joined = doubt_steps.join(doubts, _D.doubt_id == _S.doubt_id)
    rows = connection.execute(select(*columns).select_from(joined).where(wanted).order_by(_S.step_id))
    for doubt_id, at, person, text, verdict, role in rows:
        step = DoubtStep(at, person, text, verdict and DoubtVerdict(verdict), role and Role(role))
        found.setdefault(doubt_id, []).append(step)
    return found


def add_step(connection: Connection, doubt_id: int, step: DoubtStep) -> None:
    """Writes down what somebody wrote; it is never changed afterwards."""
    values = {"doubt_id": doubt_id, "at": step.at, "person": step.person, "text": step.text}
    words = {"verdict": step.verdict and str(step.verdict), "role": step.role and str(step.role)}
    connection.execute(insert(doubt_steps).values(values | words))


def both_figures(connection: Connection, of: Doubt) -> BothFigures:
    """The released counts of a doubt's counter and month, with and without the groups that hold presses in question:
    whole groups alone, so that no difference is smaller than a group. Each dossier with the score it was released with:
    a group of corrections holds those of several groups, so that it could neither stay nor go."""
    questioned = set(connection.scalars(select(doubt_groups.c.group_id).where(doubt_groups.c.doubt_id == of.doubt_id)))
    columns = (_G.group_id, COUNTED_ON, _G.n, released_counts.c.answer, released_counts.c.n.label("count"))
    rows = connection.execute(
        select(*columns)
        .select_from(DATED_GROUPS.join(released_counts, released_counts.c.group_id == _G.group_id))
        .where(
            _G.stream == str(Stream.RATING),
            _G.unit_id == of.case.unit_id,
            _G.counter_id == of.case.counter_id,
            _counts_in(of.month),
        )
    )
    whole, without = ReleasedCounts(), ReleasedCounts()
    days: dict[date, dict[int, int]] = {}
    for group_id, day, n, answer, count in rows:
        whole.add(Stream.RATING, answer, int(count))
        if group_id in questioned:
            days.setdefault(day, {})[group_id] = n
        else:
            without.add(Stream.RATING, answer, int(count))
    return BothFigures(
        whole, without, tuple(QuestionedDay(day, sum(groups.values())) for day, groups in sorted(days.items()))
    )


def scores_without(connection: Connection, of: Doubt) -> dict[int, int]:
    """For the auditor: how many of the month gave each score, without those in question, press by press."""
    rows = connection.execute(
        select(_M.member, _M.score)
        .select_from(DATED_GROUPS.join(released_members, _M.group_id == _G.group_id))
        .where(
            _M.stream == str(Stream.RATING),
            _G.unit_id == of.case.unit_id,
            _G.counter_id == of.case.counter_id,
            _counts_in(of.month),
        )
    )
    cases = {case for signal in of.signals for case in signal.cases}
    return Counter(score for case, score in rows if case not in cases)


def _counts_in(month: date) -> Any:
    return counted_between(month, last_of_month(month))
