"""Read what waits to be released, and release it. Reads the projections, writes the facts of ``release_tables``."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, String, and_, case, cast, func, insert, literal, select

from kiosk.domain.rating import Stage
from kiosk.domain.released import Waiting, last_day_of
from sync.district.domain.release import Closed, Contradicted, Key, Pending, Stream
from sync.district.domain.work import DIVIDED_BY, Work
from sync.district.store import tables as t
from sync.district.store.among import among
from sync.district.store.closing_tables import closed_periods
from sync.district.store.engine import Connection
from sync.district.store.locks import Lock, hold
from sync.district.store.reference_tables import counters, procedures
from sync.district.store.release_tables import (
    COUNTED_ON,
    DATED_GROUPS,
    MAX_FIELD,
    assigned_days,
    released_counts,
    released_groups,
    released_members,
    releases,
)
from sync.district.store.rollups import CutCell, ReleasedCell, add_assigned, add_released
from sync.district.store.upsert import insert_new
from sync.district.times import start_of

_R, _M, _G = t.ratings.c, released_members.c, released_groups.c
CASE = case(
    (_R.dossier_code.is_(None), literal("e:") + _R.entry_id),
    else_=literal("d:") + _R.dossier_code + ":" + _R.stage,
)
"""What counts once: a dossier at a stage, or a rating without a dossier."""
_RATINGS_WITH_FIELDS = t.ratings.outerjoin(procedures, procedures.c.procedure_id == _R.procedure_id).outerjoin(
    counters, counters.c.counter_id == _R.counter_id
)
_FIELD = func.coalesce(func.nullif(procedures.c.field, ""), counters.c.field).label("field")
"""The field of a rating: of its procedure, else of its counter."""
_KNOWN_DAY = case((_R.day_guessed.is_(True), None), else_=_R.day).label("day")


def shown_until(connection: Connection, today: date) -> date:
    """The last day that figures tell about: of the newest release, else yesterday. A release made while the server's
    clock was ahead is passed over."""
    day = releases.c.day
    newest = connection.scalar(select(func.max(day)).where(day <= today + timedelta(days=1)))
    return last_day_of(newest or today)


def released_at(connection: Connection) -> datetime | None:
    """The newest release moment: the beginning of a local day. ``None`` before the first."""
    newest = connection.scalar(select(func.max(releases.c.day)))
    return None if newest is None else start_of(newest)


def first_rated_on(connection: Connection) -> date | None:
    """The first day of which ratings were released; ``None`` before there are any."""
    g = released_groups.c
    found: date | None = connection.scalar(select(func.min(g.counted_on)).where(g.stream == str(Stream.RATING)))
    return found


def is_released(connection: Connection, day: date) -> bool:
    """Whether the release of this day was made."""
    return connection.scalar(select(releases.c.day).where(releases.c.day == day)) is not None


def note_release(connection: Connection, day: date, at: datetime) -> None:
    """Notes that the release of this day is made."""
    connection.execute(insert(releases).values(day=day, made_at=at))


def release(connection: Connection, groups: Sequence[Closed], on: date) -> None:
    """Writes groups that are released from now on. Hold ``Lock.PROJECTION``."""
    numbers: Counter[ReleasedCell] = Counter()
    cuts: Counter[CutCell] = Counter()
    for group in groups:
        key = group.key
        values = {
            "released_on": on,
            "stream": str(key.stream),
            "unit_id": key.unit_id,
            "counter_id": key.counter_id,
            "counted_on": group.day and min(group.day, last_day_of(on)),
            "questionnaire": key.questionnaire,
            "question_id": key.question_id,
            "n": len(group.members),
            **asdict(group.work),
        }
        group_id = _write_group(connection, values, group.counts)
        members = [
            {
                "stream": str(key.stream),
                "member": each.waiting.member,
                "group_id": group_id,
                "score": each.score,
                "highest": each.highest,
            }
            for each in group.members
        ]
        insert_new(connection, released_members, members)
        numbers.update(_cells(values, group.counts))
        cuts.update(_cut_cells(values, group.counts))
    add_released(connection, numbers, cuts)


def _write_group(connection: Connection, values: Mapping[str, Any], counts: Mapping[str, int]) -> int:
    statement = insert(released_groups).values(values).returning(_G.group_id)
    group_id = int(connection.execute(statement).scalar_one())
    insert_new(
        connection, released_counts, [{"group_id": group_id, "answer": name, "n": n} for name, n in counts.items()]
    )
    return group_id


def _cells(values: Mapping[str, Any], counts: Mapping[str, int]) -> dict[ReleasedCell, int]:
    """What a group adds to the roll-ups; nothing while nobody knows its day."""
    if values["counted_on"] is None:
        return {}
    at = (values["stream"], values["counted_on"], values["unit_id"], values["counter_id"])
    about = (values["questionnaire"], values["question_id"])
    return {ReleasedCell(*at, *about, answer): n for answer, n in counts.items()}


def _cut_cells(values: Mapping[str, Any], counts: Mapping[str, int]) -> dict[CutCell, int]:
    """What a group adds to the cuts; nothing where it is of several kinds."""
    work = [values[name] for name in DIVIDED_BY]
    if values["counted_on"] is None or not any(work):
        return {}
    at = (values["stream"], values["counted_on"], values["unit_id"], values["counter_id"])
    return {CutCell._make((*at, *work, answer)): n for answer, n in counts.items()}


def assign_day(connection: Connection, group_id: int, day: date, person: str, reason: str, at: datetime) -> bool:
    """Gives a group whose day nobody knew a day, for good; ``False`` when there is no such group any more."""
    hold(connection, Lock.PROJECTION)
    assigned = assigned_days.c
    open_group = select(_G.group_id).where(_G.group_id == group_id, _G.counted_on.is_(None))
    known = connection.scalar(select(assigned.group_id).where(assigned.group_id == group_id))
    if known is not None or connection.scalar(open_group) is None:
        return False
    closed_at = connection.scalar(select(func.max(closed_periods.c.closed_at)))  # of a closing this one waited for
    at = at if closed_at is None else max(at, closed_at)
    values = {"group_id": group_id, "day": day, "person": person, "reason": reason, "at": at}
    connection.execute(insert(assigned_days).values(values))
    add_assigned(connection, group_id)
    return True


class Undated(Struct, frozen=True):
    """What was released together at one place and whose day nobody knows. ``stream``: ratings, or what belongs to
    ratings and waits for a day of its own (``sync.district.domain.release.Stream``)."""

    group_id: int
    stream: str
    unit_id: str
    counter_id: str
    released_on: date
    n: int


def undated(connection: Connection) -> list[Undated]:
    """The groups that wait for a person to say on which day they were given."""
    assigned = assigned_days.c
    columns = [_G[name] for name in Undated.__struct_fields__]
    rows = connection.execute(
        select(*columns)
        .select_from(released_groups.outerjoin(assigned_days, assigned.group_id == _G.group_id))
        .where(_G.counted_on.is_(None), assigned.group_id.is_(None))
        .order_by(_G.group_id)
    )
    return [Undated(*row) for row in rows]


def waiting_ratings(connection: Connection, before: datetime) -> list[Pending]:
    """Counted ratings that had arrived before a moment and are in no released group, in order of arrival."""
    columns = (CASE.label("case"), _R.unit_id, _R.counter_id, _R.dossier_code, _KNOWN_DAY, _R.score)
    rows = connection.execute(
        select(*columns, _FIELD, _R.stage, _R.procedure_id, _R.language)
        .select_from(_RATINGS_WITH_FIELDS)
        .where(_R.counted, _R.received_at < before, ~is_member(Stream.RATING, CASE))
        .order_by(_R.batch_id, _R.seq)
    )
    return [
        Pending(
            Key(Stream.RATING, row.unit_id, row.counter_id or ""),
            Waiting(row.case, row.dossier_code, row.day),
            ((str(row.score), 1),),
            score=row.score,
            work=_work(row.field, row.stage, row.procedure_id, row.language),
        )
        for row in rows
    ]


def _work(field: str | None, stage: str, procedure_id: str | None, language: str) -> Work:
    """What a rating is about. A name too long for a column is none."""
    known = (field or "").strip()
    known, stage = known if len(known) <= MAX_FIELD else "", "" if stage == Stage.UNKNOWN else stage
    return Work(known, stage, procedure_id or "", language)


def contradicted(connection: Connection, before: datetime) -> list[Contradicted]:
    """The released ratings whose dossier had been given different scores before a moment."""
    repeated = select(_R.dossier_code).where(~_R.counted, _R.dossier_code.is_not(None), _R.received_at < before)
    rows = connection.execute(
        select(CASE.label("case"), _R.dossier_code, func.min(_R.score), func.max(_R.score))
        .where(_R.dossier_code.in_(repeated), _R.received_at < before)
        .group_by(CASE, _R.dossier_code)
        .having(func.min(_R.score) < func.max(_R.score))
    ).all()
    found = {row[0]: row for row in rows}
    released = _released_as(connection, found)
    shown = _released_before(connection, Stream.CONTRADICTION, found)
    corrected = _released_before(connection, Stream.CORRECTION, found)
    return [
        Contradicted(
            *(name, code, unit_id, counter_id, day, lowest, highest),
            released=min([score, *(low for low, _ in corrected[name])]),
            shown=min(shown[name], default=None, key=lambda scores: (scores[0], -scores[1])),
            work=work,
        )
        for name, (_, code, lowest, highest) in sorted(found.items())
        if name in released
        for unit_id, counter_id, day, score, work in (released[name],)
    ]


def waiting_reasons(connection: Connection, before: datetime) -> list[Pending]:
    """Answers beside released ratings that are in no released group themselves."""
    a, e = t.answers.c, t.answer_entries.c
    where = (e.questionnaire, a.question_id, a.answer)
    name = CASE + ":" + e.questionnaire + ":" + a.question_id + ":" + a.answer
    joined = t.answers.join(t.answer_entries, e.entry_id == a.entry_id).join(
        t.ratings, and_(_R.entry_id == e.rating_entry_id, _R.device_id == e.device_id, _R.counted)
    )
    rows = connection.execute(
        select(name.label("member"), _R.unit_id, _R.counter_id, _R.dossier_code, _KNOWN_DAY, *where)
        .select_from(joined)
        .where(e.received_at < before, is_member(Stream.RATING, CASE), ~is_member(Stream.REASON, name))
        .distinct()
    )
    return [
        Pending(
            Key(Stream.REASON, row.unit_id, row.counter_id or "", row.questionnaire, row.question_id, row.answer),
            Waiting(row.member, row.dossier_code, row.day),
            ((row.answer, 1),),
        )
        for row in rows
    ]


def waiting_private_answers(connection: Connection, before: datetime) -> list[Pending]:
    """Ratings beside which a private question was answered, by unit, that are in no released group of these."""
    s, e = t.sensitive_answers.c, t.answer_entries.c
    joined = t.sensitive_answers.join(t.answer_entries, e.entry_id == s.entry_id)
    day = case((_R.day_guessed.is_(True), None), else_=s.day)
    rows = connection.execute(
        select(s.rating_entry_id, s.unit_id, func.min(day).label("day"), func.min(_R.dossier_code).label("dossier"))
        .select_from(joined.outerjoin(t.ratings, _R.entry_id == s.rating_entry_id))
        .where(e.received_at < before, ~is_member(Stream.PRIVATE, s.rating_entry_id))
        .group_by(s.rating_entry_id, s.unit_id)
    )
    return [
        Pending(
            Key(Stream.PRIVATE, row.unit_id), Waiting(row.rating_entry_id, row.dossier, row.day), (("answered", 1),)
        )
        for row in rows
    ]


def is_member(stream: Stream, name: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether something was released in a stream."""
    return select(_M.member).where(_M.stream == str(stream), _M.member == cast(name, String(320))).exists()


def _released_as(connection: Connection, cases: Iterable[str]) -> dict[str, tuple[str, str, date | None, int, Work]]:
    """Where, on which day, with which score and in a group of what work each case was released."""
    columns = (_M.member, _G.unit_id, _G.counter_id, COUNTED_ON, _M.score, *(_G[name] for name in DIVIDED_BY))
    joined = released_members.join(DATED_GROUPS, _G.group_id == _M.group_id)
    found = {}
    for wanted in among(connection, _M.member, set(cases)):
        query = select(*columns).select_from(joined).where(_M.stream == str(Stream.RATING), wanted)
        for member, unit_id, counter_id, day, score, *work in connection.execute(query):
            found[member] = (unit_id, counter_id, day, score, Work(*work))
    return found


def _released_before(connection: Connection, stream: Stream, cases: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
    """The lowest and the highest score of each case that this stream has released."""
    scores = range(1, 6)
    ends = [f"{low}" for low in scores] + [f"{low}-{high}" for low in scores for high in scores if low < high]
    names = {f"{name}>{end}" for name in cases for end in ends}
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for wanted in among(connection, _M.member, names):
        query = select(_M.member, _M.score, _M.highest).where(_M.stream == str(stream), wanted)
        for member, score, highest in connection.execute(query):
            found[member.rpartition(">")[0]].append((score, highest or score))
    return found
