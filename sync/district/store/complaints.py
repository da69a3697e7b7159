"""Complaints as the projector writes them: their entries and their status."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Column, Table, delete, func, insert, or_, select

from kiosk.domain.calendar import Holidays, holidays_from
from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.complaint_body import (
    ArrivedEntry,
    AttachmentBody,
    ComplaintBody,
    SupplementBody,
    VerdictBody,
    WithdrawalBody,
)
from sync.district.domain.complaint_steps import Action, Step
from sync.district.domain.folded import folded_words
from sync.district.domain.question_words import complaint_reads_sensitive
from sync.district.domain.release import shown_from
from sync.district.domain.sensitive import reads_sensitive
from sync.district.store import complaint_tables as c
from sync.district.store.complaint_subjects import GUESSED
from sync.district.store.contacts import seal_contacts
from sync.district.store.engine import Connection
from sync.district.store.privacy_tables import erasures
from sync.district.store.reference_tables import holidays
from sync.district.store.sentence_words import words_of_sentences
from sync.district.store.upsert import insert_new, upsert

CHUNK = 400
COMMENT, COMPLAINT = "comment", "complaint"

_TABLES: Mapping[type[Any], Table] = {
    ComplaintBody: c.complaints,
    AttachmentBody: c.complaint_attachments,
    VerdictBody: c.complaint_verdicts,
    SupplementBody: c.complaint_supplements,
    WithdrawalBody: c.complaint_withdrawals,
}


class ComplaintFacts(StructWithHidden, frozen=True):
    """What of a complaint decides how it stands."""

    entry_id: str
    unit_id: str
    kind: str
    receipt_number: str
    received_at: datetime
    batch_id: int
    seq: int
    complete: bool | None
    about: str
    sensitive: bool
    reply_by: str | None
    token_hash: Hidden[bytes] = b""

    @property
    def arrival(self) -> tuple[int, int]:
        return (self.batch_id, self.seq)


class StatusRow(Struct, frozen=True):
    """How a complaint stands, as the register reads it."""

    entry_id: str
    state: str
    unit_id: str
    owner: str | None
    due_on: date | None
    open: bool
    doubled: bool
    changed_at: datetime
    classified: dict[str, Any] | None = None
    answer_due_on: date | None = None
    incomplete: bool = False
    restriction: str = "heads"
    to_inform: list[str] | None = None
    supplemented_at: datetime | None = None
    later_words: str | None = None
    to_conclude: bool = False
    awaits_second: list[str] | None = None
    merged_into: str | None = None
    folded_added: str | None = None


_FACTS = tuple(c.complaints.c[name] for name in ComplaintFacts.__struct_fields__)


def write_arrived(connection: Connection, arrived: Iterable[ArrivedEntry]) -> set[str]:
    """Writes entries and returns their receipt numbers; of an entry issued twice the earliest arrived stands, in
    whatever order they are projected."""
    earliest: dict[str, ArrivedEntry] = {}
    for each in arrived:
        held = earliest.get(each.entry_id)
        if held is None or each.arrival < held.arrival:
            earliest[each.entry_id] = each
    picked = {
        name for each in earliest.values() if isinstance(each.body, ComplaintBody) for name in each.body.sentences
    }
    words = words_of_sentences(connection, picked)
    for kind, table in _TABLES.items():
        news = [each for each in earliest.values() if isinstance(each.body, kind)]
        known = _arrivals(connection, table, [each.entry_id for each in news])
        rows = [_row(each, words) for each in news if each.arrival < known.get(each.entry_id, (each.batch_id + 1, 0))]
        if table is c.complaints:
            seal_contacts(connection, rows)
        upsert(connection, table, rows)
    return {each.body.receipt_number for each in earliest.values()}


def facts_with(connection: Connection, numbers: Collection[str]) -> list[ComplaintFacts]:
    """Every complaint with one of these receipt numbers, in order of arrival."""
    found = [ComplaintFacts(*row) for row in _in(connection, _FACTS, c.complaints.c.receipt_number, numbers)]
    return sorted(found, key=lambda facts: facts.arrival)


def steps_from_kiosks(
    connection: Connection, facts: Collection[ComplaintFacts], before: datetime
) -> dict[str, list[Step]]:
    """What citizens did at kiosks about the matters with these receipt numbers and that arrived before a moment."""
    newest_first = sorted(facts, key=lambda each: each.arrival, reverse=True)
    tokens = {each.receipt_number: bytes(each.token_hash) for each in newest_first}  # the earliest's stands
    verdicts = _verdicts_with(connection, tokens, before)
    supplements = _supplements_with(connection, tokens, before)
    return {number: [*verdicts[number], *supplements[number]] for number in tokens}


def _verdicts_with(connection: Connection, tokens: Mapping[str, bytes], before: datetime) -> dict[str, list[Step]]:
    """The verdicts given at kiosks for these receipt numbers that arrived before a moment, as steps at the moment from
    which they may be seen; confirmed where the receipt with this token (its hash) was scanned."""
    v, found = c.complaint_verdicts.c, {number: list[Step]() for number in tokens}
    columns = (v.receipt_number, v.received_at, v.opinion, v.token_hash)
    for number, at, opinion, token in _in(connection, columns, v.receipt_number, found):
        if at < before:
            content = {"opinion": opinion, "confirmed": _is_token(token, tokens[number])}
            found[number].append(Step(shown_from(at), Action.VERDICT, content=content, given_at=at))
    return found


def _is_token(scanned: bytes | None, kept: bytes) -> bool:
    """Whether what was scanned is the token of the receipt (both as hashes)."""
    return scanned is not None and bytes(scanned) == kept


def _supplements_with(connection: Connection, tokens: Mapping[str, bytes], before: datetime) -> dict[str, list[Step]]:
    """What citizens added at kiosks to the matters with these receipt numbers and that arrived before a moment, as
    steps at the moment from which they may be seen; confirmed where the receipt with this token (its hash) was
    scanned."""
    s, found = c.complaint_supplements.c, {number: list[Step]() for number in tokens}
    columns = (s.receipt_number, s.received_at, s.text, s.will_bring, s.sensitive, s.token_hash)
    for number, at, text, will_bring, sensitive, token in _in(connection, columns, s.receipt_number, found):
        if at < before:
            confirmed = _is_token(token, tokens[number])
            content = {"text": text.strip(), "will_bring": will_bring, "serious": sensitive, "confirmed": confirmed}
            found[number].append(Step(shown_from(at), Action.SUPPLEMENT, content=content, given_at=at))
    return found


def words_added(connection: Connection, numbers: Collection[str]) -> list[tuple[str, str]]:
    """What was written at kiosks under these receipt numbers by citizens who were asked for more: number and text."""
    s = c.complaint_supplements.c
    return [(number, text) for number, text in _in(connection, (s.receipt_number, s.text), s.receipt_number, numbers)]


def numbers_with_news(connection: Connection, since: datetime | None = None) -> set[str]:
    """The receipt numbers for which verdicts or supplements arrived from kiosks since a moment (or ever)."""
    numbers = set[str]()
    for table in (c.complaint_verdicts.c, c.complaint_supplements.c):
        query = select(table.receipt_number).distinct()
        wanted = query if since is None else query.where(table.received_at >= since)
        numbers |= set(connection.execute(wanted).scalars())
    return numbers


def steps_of(connection: Connection, entry_ids: Collection[str]) -> dict[str, list[Step]]:
    """What people did about these complaints, and verdicts from the public page."""
    a, found = c.complaint_actions.c, {entry_id: list[Step]() for entry_id in entry_ids}
    columns = (a.complaint_id, a.at, a.action, a.by, a.content, a.action_id)
    for entry_id, at, action, by, content, action_id in _in(connection, columns, a.complaint_id, entry_ids):
        found[entry_id].append(Step(at, Action(action), by, dict(content), action_id))
    return found


def folded_of(connection: Connection, entry_ids: Collection[str]) -> dict[str, str]:
    """The words of each of these complaints and its dossier, as they are searched."""
    columns = (c.complaints.c.entry_id, c.complaints.c.folded)
    return {row[0]: row[1] or "" for row in _in(connection, columns, c.complaints.c.entry_id, entry_ids)}


def last_actions(connection: Connection, entry_ids: Collection[str]) -> dict[str, int]:
    """The last thing that was done about each of these complaints, and how often something of it was erased, as one
    number that only grows; 0 where nothing was."""
    a, found = c.complaint_actions.c, dict.fromkeys(entry_ids, 0)
    for chunk in _chunks(entry_ids):
        wanted = select(a.complaint_id, func.max(a.action_id)).where(a.complaint_id.in_(chunk))
        found |= {row[0]: row[1] for row in connection.execute(wanted.group_by(a.complaint_id))}
    erased = times_erased(connection, entry_ids)
    return {entry_id: last + erased.get(entry_id, 0) for entry_id, last in found.items()}


def times_erased(connection: Connection, entry_ids: Collection[str]) -> dict[str, int]:
    """How often something of these complaints was erased."""
    e, found = erasures.c, dict[str, int]()
    for chunk in _chunks(entry_ids):
        wanted = select(e.complaint_id, func.count()).where(e.complaint_id.in_(chunk)).group_by(e.complaint_id)
        found |= {row[0]: row[1] for row in connection.execute(wanted)}
    return found


def numbers_of(connection: Connection, entry_ids: Collection[str]) -> dict[str, str]:
    """The receipt number of each of these complaints."""
    columns = (c.complaints.c.entry_id, c.complaints.c.receipt_number)
    return {row[0]: row[1] for row in _in(connection, columns, c.complaints.c.entry_id, entry_ids)}


def open_ids(connection: Connection) -> list[str]:
    """The complaints for which somebody still has to do something, and those an older release has worked out."""
    s = c.complaint_standings.c
    wanted = select(s.entry_id).where(or_(s.open, s.restriction.is_(None)))
    return list(connection.execute(wanted).scalars())


def open_of(connection: Connection, owner: str) -> int:
    """How many open complaints somebody owns."""
    s = c.complaint_standings.c
    return int(connection.scalar(select(func.count()).where(s.open, s.owner == owner)) or 0)


def open_by_owner(connection: Connection) -> dict[str, int]:
    """How many open complaints each owner has."""
    s = c.complaint_standings.c
    wanted = select(s.owner, func.count()).where(s.open, s.owner.is_not(None)).group_by(s.owner)
    return {row[0]: row[1] for row in connection.execute(wanted)}


def lock_statuses(connection: Connection, entry_ids: Collection[str]) -> None:
    """Holds how these complaints stand: who acts and the projector take turns."""
    s = c.complaint_standings.c
    for chunk in _chunks(entry_ids):
        held = select(s.entry_id).where(s.entry_id.in_(chunk)).order_by(s.entry_id).with_for_update()
        connection.execute(held).all()


def write_statuses(connection: Connection, rows: Sequence[StatusRow], at: datetime) -> None:
    """Writes how complaints stand, and puts them into the queue of what the boxes have to hear."""
    upsert(connection, c.complaint_standings, [asdict(row) for row in rows])
    # replaced and not only inserted, so that whoever is taking the old note waits until this one is whole
    upsert(connection, c.complaint_queue, [{"entry_id": row.entry_id, "queued_at": at} for row in rows])


def add_action(
    connection: Connection, entry_id: str, action: Action, by: str, at: datetime, content: Mapping[str, Any]
) -> None:
    """Writes down what somebody did; it is never changed afterwards."""
    values = {"complaint_id": entry_id, "action": str(action), "by": by, "at": at, "content": dict(content)}
    connection.execute(insert(c.complaint_actions).values(values))


def add_view(connection: Connection, entry_id: str, what: str, by: str, at: datetime) -> None:
    """Writes down that somebody saw what is masked otherwise."""
    values = {"complaint_id": entry_id, "what": what, "by": by, "at": at}
    connection.execute(insert(c.complaint_views).values(values))


def country_holidays(connection: Connection) -> Holidays:
    """The holidays of every year that was imported."""
    contents = connection.execute(select(holidays.c.content).where(~holidays.c.removed)).scalars()
    return holidays_from(dict(content) for content in contents)


def last_due(connection: Connection) -> date | None:
    """The latest day on which a step of an open complaint is due."""
    s = c.complaint_standings.c
    due: date | None = connection.scalar(select(func.max(s.due_on)).where(s.open))
    return due


def waiting(connection: Connection, most: int, before: datetime) -> list[str]:
    """Complaints that arrived before a moment and whose standing the boxes have not heard, the oldest first."""
    q, arrived = c.complaint_queue.c, c.complaints.c
    joined = c.complaint_queue.join(c.complaints, arrived.entry_id == q.entry_id)
    query = select(q.entry_id).select_from(joined).where(arrived.received_at < before)
    return list(connection.execute(query.order_by(q.queued_at, q.entry_id).limit(most)).scalars())


def claim(connection: Connection, entry_ids: Collection[str]) -> list[str]:
    """Takes complaints out of the queue; returns those that nobody else is taking or changing right now."""
    q, ours = c.complaint_queue.c, list[str]()
    for chunk in _chunks(entry_ids):
        free = select(q.entry_id).where(q.entry_id.in_(chunk)).with_for_update(skip_locked=True)
        ours += connection.execute(free).scalars()
    for chunk in _chunks(ours):
        connection.execute(delete(c.complaint_queue).where(q.entry_id.in_(chunk)))
    return ours


def guesses_of(connection: Connection, entry_ids: Collection[str]) -> dict[str, list[tuple[str, str, str]]]:
    """Whom the words of each of these complaints seem to name: kind, value and source."""
    s, found = c.complaint_subjects.c, dict[str, list[tuple[str, str, str]]]()
    for entry_id, kind, value, source in _in(
        connection, (s.complaint_id, s.kind, s.value, s.source), s.complaint_id, entry_ids
    ):
        if source in GUESSED:
            found.setdefault(entry_id, []).append((kind, value, source))
    return found


def keep_from(connection: Connection, kept: Mapping[str, Collection[tuple[str, str]]]) -> None:
    """Writes anew whom these complaints are kept from."""
    k = c.complaint_kept_from
    for chunk in _chunks(kept):
        connection.execute(delete(k).where(k.c.entry_id.in_(chunk)))
    named = [(entry_id, kind, value) for entry_id, pairs in kept.items() for kind, value in pairs]
    rows = [{"entry_id": entry_id, "kind": kind, "value": value} for entry_id, kind, value in named]
    insert_new(connection, k, rows)


def _row(each: ArrivedEntry, words: Mapping[str, Collection[str]]) -> dict[str, Any]:
    place = {"entry_id": each.entry_id, "device_id": each.device_id, "epoch": each.epoch, "seq": each.seq}
    values = asdict(each.body) | place | {"batch_id": each.batch_id, "received_at": each.received_at}
    if isinstance(each.body, ComplaintBody):
        del values["was_replyable"]
        replyable = each.type == COMPLAINT and each.body.replyable
        values |= {
            "kind": COMPLAINT if replyable else COMMENT,
            "day": each.day,
            "sentences": list(each.body.sentences),
            "complete": each.body.complete,
            "reply_by": each.body.reply_by,
            "folded": folded_words(each.body.text, each.body.dossier_code),
            "folded_contact": None,
        }
        if each.body.sensitive is None:
            values["sensitive"] = complaint_reads_sensitive(each.body.about, each.body.text, each.body.sentences, words)
    if isinstance(each.body, AttachmentBody):
        del values["recorded_at"]
    if isinstance(each.body, SupplementBody) and each.body.sensitive is None:
        values |= {"sensitive": reads_sensitive(each.body.text)}
    return values


def _arrivals(connection: Connection, table: Table, entry_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    columns = (table.c.entry_id, table.c.batch_id, table.c.seq)
    return {row[0]: (row[1], row[2]) for row in _in(connection, columns, table.c.entry_id, entry_ids)}


def _in(
    connection: Connection, columns: Sequence[Column[Any]], column: Column[Any], values: Collection[str]
) -> list[Any]:
    return [
        row
        for chunk in _chunks(values)
        for row in connection.execute(select(*columns).where(column.in_(chunk)).order_by(*columns[:1]))
    ]


def _chunks(values: Collection[str]) -> list[list[str]]:
    ordered = sorted(values)
    return [ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK)]
