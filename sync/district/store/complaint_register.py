"""Complaints as people read them: the register, and one complaint with its history and its subject."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Select, false, func, select, update

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.classification import Classification
from sync.district.domain.complaint_steps import LaterWords
from sync.district.domain.orphans import Staffing
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.rights import Person, Subject, units_of, without_none
from sync.district.store import complaint_tables as c
from sync.district.store.among import among
from sync.district.store.complaint_subjects import (
    CONCLUDED,
    COUNTER,
    GUESSED,
    LATER,
    NAMED,
    OFFICER,
    TEXT,
    full_names,
)
from sync.district.store.conclusions import NOTICE_VIEW
from sync.district.store.contacts import opened_contacts
from sync.district.store.deputies import on_duty
from sync.district.store.engine import Connection
from sync.district.store.imports import unit_parents
from sync.district.store.people_tables import users
from sync.district.store.reference_tables import dossiers, officers
from sync.district.store.reference_tables import wordings as wording_table

BEGINNING = 400
"""Letters of what was said that a line of the register reads."""


class ComplaintLine(StructWithHidden, frozen=True):
    """A line of the register."""

    entry_id: str
    kind: str
    about: str
    unit_id: str
    text: Hidden[str]
    sentences: tuple[str, ...]
    sound_parts: int
    received_at: datetime
    state: str
    acting_unit: str
    owner: str | None
    due_on: date | None
    answer_due_on: date | None
    incomplete: bool
    open: bool
    doubled: bool
    lacks: list[str] | None
    stuck_level: str | None
    to_inform: list[str] | None
    supplemented_at: datetime | None
    subject: Subject
    names: Hidden[tuple[str, ...]] = ()


class Answerable(Struct, frozen=True):
    """Who has to act on a complaint and who may see it; not a word of what was said."""

    entry_id: str
    acting_unit: str
    owner: str | None
    open: bool
    lacks: list[str] | None
    stuck_level: str | None
    awaits_second: list[str] | None
    to_conclude: bool | None
    subject: Subject


class ComplaintRecord(StructWithHidden, frozen=True):
    """One complaint with what its citizen said. ``contact`` is never shown unmasked without a note of who saw it;
    ``erased``: what is there no more."""

    line: ComplaintLine
    counter_id: str | None
    officer_number: str | None
    dossier_code: str | None
    written_by_helper: bool
    contact: Hidden[Mapping[str, str] | None]
    receipt_number: Hidden[str]
    language: str
    recorded_at: datetime
    device_id: str
    erased: str | None = None


class MaskedView(Struct, frozen=True):
    """Who saw what is masked otherwise, and when."""

    what: str
    by: str
    at: datetime


class SoundPart(Struct, frozen=True):
    """Something recorded: its parts as far as they have come, and the hash of the whole."""

    sha256: str
    media_type: str
    parts: int
    arrived: int


_K, _S = c.complaints.c, c.complaint_standings.c
_HELD = (
    *(_K.entry_id, _S.unit_id.label("acting_unit"), _S.owner, _S.open, _S.lacks, _S.stuck_level),
    *(_S.awaits_second, _S.to_conclude),
    *(_K.unit_id, _K.about, _K.sensitive, _K.counter_id, _K.officer_number, _S.classified, _S.later_words),
    *(dossiers.c.counter_id.label("dossier_counter"), dossiers.c.officer_number.label("dossier_officer")),
)
_LINE = (
    *(*_HELD, _K.kind, _K.text, _K.sentences, _K.sound_parts, _K.received_at, _K.contact),
    *(_S.state, _S.due_on, _S.answer_due_on, _S.doubled, _S.to_inform, _S.supplemented_at),
    func.coalesce(_S.incomplete, false()).label("incomplete"),
)
_IN_REGISTER = tuple(
    func.substr(_K.text, 1, BEGINNING).label("text") if column is _K.text else column for column in _LINE
)
_REST = (_K.erased, _K.dossier_code, _K.written_by_helper, _K.receipt_number, _K.language, _K.recorded_at)
JOINED = c.complaints.join(c.complaint_standings, _S.entry_id == _K.entry_id).outerjoin(
    dossiers, dossiers.c.dossier_code == _K.dossier_code
)


def person_of(connection: Connection, who: SignedIn, today: date) -> Person:
    """Who is signed in, with the units and counters that decide what they may see."""
    parents = unit_parents(connection)
    person = _person(connection, parents, who.user_name, who.role, who.unit_id, who.officer_number, who.linked)
    return replace(person, deputy_for=on_duty(connection, today).get(who.user_name, frozenset()))


def people(connection: Connection, today: date) -> list[Person]:
    """Everybody who is not shut out."""
    duty = on_duty(connection, today)
    return [replace(each, deputy_for=duty.get(each.user_name, frozenset())) for each in _everybody(connection)]


def _everybody(connection: Connection) -> list[Person]:
    u, parents = users.c, unit_parents(connection)
    columns = (u.user_name, u.role, u.unit_id, u.officer_number, u.not_an_officer)
    rows = connection.execute(select(*columns).where(~u.disabled)).all()
    counters = _counters_of(connection, {row.officer_number for row in rows if row.officer_number})
    units = {unit: units_of(unit, parents) for unit in {row.unit_id for row in rows}}
    return [
        Person(
            name,
            Role(role),
            units[unit],
            officer,
            counters.get(officer or "", frozenset()),
            officer is not None or bool(none),
            unit,
        )
        for name, role, unit, officer, none in rows
    ]


def staffing(connection: Connection, today: date) -> Staffing:
    """Who there is in which unit."""
    return Staffing(people(connection, today), unit_parents(connection))


def lines_where(
    connection: Connection,
    wanted: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any]],
    max_lines: int,
    offset: int = 0,
) -> list[ComplaintLine]:
    """The complaints for which all of this holds. Of the text only the beginning is read."""
    query = select(*_IN_REGISTER).select_from(JOINED).where(*wanted).order_by(*order)
    rows = connection.execute(query.limit(max_lines).offset(offset)).all()
    subjects = _subjects_of(connection, [row.entry_id for row in rows])
    known = name_parts(full_names(connection))
    contacts = opened_contacts(connection, {row.entry_id: row.contact for row in rows})
    return [
        _line(
            row, subjects.get(row.entry_id, ()), (*name_parts([(contacts[row.entry_id] or {}).get("name", "")]), *known)
        )
        for row in rows
    ]


def name_parts(names: Iterable[str]) -> tuple[str, ...]:
    """Each of these names whole, and the last one alone, as people are called."""
    return tuple(name for whole in names for name in (whole, *whole.split()[-1:]) if name)


def held_by(connection: Connection, entry_ids: Collection[str]) -> list[Answerable]:
    """Who has to act on each of these complaints."""
    facts, found = _subjects_of(connection, entry_ids), list[Answerable]()
    names = [name for name in Answerable.__struct_fields__ if name != "subject"]
    for wanted in among(connection, _K.entry_id, entry_ids):
        rows = connection.execute(select(*_HELD).select_from(JOINED).where(wanted).order_by(_K.entry_id))
        read = [(row, _subject(row, facts.get(row.entry_id, ()))) for row in rows]
        seats = _counters_of(connection, {number for _, subject in read for number in subject.named_officers})
        for row, subject in read:
            sit_at = frozenset[str]().union(*(seats.get(number, ()) for number in subject.named_officers))
            values = {name: getattr(row, name) for name in names}
            found.append(Answerable(**values, subject=replace(subject, seats=sit_at)))
    return found


def open_entries(connection: Connection) -> list[str]:
    """The complaints for which somebody still has to do something."""
    return list(connection.execute(select(_S.entry_id).where(_S.open)).scalars())


def write_lacks(connection: Connection, entry_id: str, lacks: list[str] | None, level: str | None) -> None:
    """Writes down what a complaint lacks and which level has to see to it."""
    changed = update(c.complaint_standings).where(_S.entry_id == entry_id)
    connection.execute(changed.values(lacks=lacks, stuck_level=level))


def whole(connection: Connection, entry_id: str) -> ComplaintRecord | None:
    """One complaint."""
    row = connection.execute(
        select(*_LINE, *_REST, _K.device_id).select_from(JOINED).where(_K.entry_id == entry_id)
    ).first()
    if row is None:
        return None
    line = _line(row, _subjects_of(connection, [entry_id]).get(entry_id, ()))
    seats = _counters_of(connection, line.subject.named_officers).values()
    return ComplaintRecord(
        line=replace(line, subject=replace(line.subject, seats=frozenset[str]().union(*seats))),
        counter_id=row.counter_id or row.dossier_counter,
        officer_number=row.officer_number or row.dossier_officer,
        dossier_code=row.dossier_code,
        written_by_helper=row.written_by_helper,
        contact=opened_contacts(connection, {entry_id: row.contact})[entry_id],
        erased=row.erased,
        receipt_number=row.receipt_number,
        language=row.language,
        recorded_at=row.recorded_at,
        device_id=row.device_id,
    )


def consent_of(connection: Connection, entry_id: str) -> str:
    """The version of the consent that the citizen of a complaint has ticked; empty for who gave none."""
    return str(connection.scalar(select(_K.consent).where(_K.entry_id == entry_id)) or "")


def id_by_token(connection: Connection, token_hash: bytes) -> str | None:
    """The complaint whose receipt has this token."""
    return connection.execute(_earliest().where(_K.token_hash == token_hash)).scalar()


def id_by_number(connection: Connection, number: str) -> str | None:
    """The earliest complaint with this receipt number."""
    return connection.execute(_earliest().where(_K.receipt_number == number)).scalar()


def views_of(connection: Connection, entry_id: str) -> list[MaskedView]:
    """Who saw what is masked otherwise, the latest first; not which officer opened what they were told."""
    v = c.complaint_views.c
    rows = connection.execute(
        select(v.what, v.by, v.at)
        .where(v.complaint_id == entry_id, v.what != NOTICE_VIEW)
        .order_by(v.view_id.desc())
        .limit(100)
    )
    return [MaskedView(*row) for row in rows]


def sounds_of(connection: Connection, number: str, before: datetime) -> list[SoundPart]:
    """What was recorded under a receipt number and arrived before a moment."""
    a = c.complaint_attachments.c
    rows = connection.execute(
        select(a.sha256, func.min(a.media_type), func.max(a.parts), func.count(a.part.distinct()))
        .where(a.receipt_number == number, a.received_at < before)
        .group_by(a.sha256)
        .order_by(a.sha256)
    )
    return [SoundPart(*row) for row in rows]


def sound_parts(connection: Connection, number: str, sha256: str) -> dict[int, bytes]:
    """The parts of one recording that have come, by their number."""
    a = c.complaint_attachments.c
    rows = connection.execute(
        select(a.part, a.data).where(a.receipt_number == number, a.sha256 == sha256).order_by(a.batch_id.desc())
    )
    return {part: bytes(data) for part, data in rows}


def wordings(connection: Connection) -> list[dict[str, Any]]:
    """The contents of the wordings that were imported, the oldest first."""
    w = wording_table.c
    rows = connection.execute(select(w.content).order_by(w.valid_from.is_not(None), w.valid_from, w.wording_id))
    return [dict(content) for content in rows.scalars()]


def _earliest() -> Select[Any]:
    return select(_K.entry_id).order_by(_K.batch_id, _K.seq).limit(1)


def _subjects_of(connection: Connection, entry_ids: Collection[str]) -> dict[str, list[tuple[str, str, str]]]:
    """Whom and what each of these complaints is about: kind, value and source."""
    s, found = c.complaint_subjects.c, dict[str, list[tuple[str, str, str]]]()
    for wanted in among(connection, s.complaint_id, entry_ids):
        rows = connection.execute(select(s.complaint_id, s.kind, s.value, s.source).where(wanted))
        for entry_id, kind, value, source in rows:
            found.setdefault(entry_id, []).append((kind, value, source))
    return found


def _subject(row: Any, facts: Sequence[tuple[str, str, str]]) -> Subject:
    """``facts`` are what was written down; today's tables only add to them."""
    firm = {(kind, value) for kind, value, source in facts if source not in GUESSED}
    guessed = {(kind, value) for kind, value, source in facts if source == TEXT}
    stated = {(kind, value) for kind, value, source in facts if source in (NAMED, CONCLUDED)}
    later = {(kind, value) for kind, value, source in facts if source == LATER}
    return Subject(
        unit_id=row.unit_id,
        about=row.about,
        sensitive=row.sensitive,
        officers=without_none((row.officer_number, row.dossier_officer)) | _of(OFFICER, firm),
        counters=without_none((row.counter_id, row.dossier_counter)) | _of(COUNTER, firm),
        guessed_officers=_of(OFFICER, guessed),
        guessed_counters=_of(COUNTER, guessed),
        classified=Classification.from_json(row.classified),
        later_words=LaterWords(row.later_words or ""),
        later_officers=_of(OFFICER, later),
        later_counters=_of(COUNTER, later),
        stated_officers=without_none((row.officer_number,)) | _of(OFFICER, stated),
    )


def _line(row: Any, facts: Sequence[tuple[str, str, str]], names: tuple[str, ...] = ()) -> ComplaintLine:
    """``names`` are left out of lists."""
    fields = (name for name in ComplaintLine.__struct_fields__ if name not in ("subject", "sentences", "names"))
    values = {name: getattr(row, name) for name in fields}
    return ComplaintLine(**values, sentences=tuple(row.sentences), subject=_subject(row, facts), names=names)


def _of(kind: str, facts: Collection[tuple[str, str]]) -> frozenset[str]:
    return frozenset(value for each, value in facts if each == kind)


def _person(
    connection: Connection,
    parents: Mapping[str, str | None],
    name: str,
    role: Role,
    unit_id: str | None,
    officer_number: str | None,
    linked: bool,
) -> Person:
    counters = _counters_of(connection, [officer_number] if officer_number else [])
    sits_at = counters.get(officer_number or "", frozenset())
    return Person(name, role, units_of(unit_id, parents), officer_number, sits_at, linked, unit_id)


def _counters_of(connection: Connection, numbers: Collection[str]) -> dict[str, frozenset[str]]:
    """At which counters each of these officers sits."""
    o, found = officers.c, dict[str, frozenset[str]]()
    for wanted in among(connection, o.officer_number, numbers):
        for number, counter in connection.execute(select(o.officer_number, o.counter_id).where(wanted)):
            found[number] = found.get(number, frozenset()) | without_none([counter])
    return found
