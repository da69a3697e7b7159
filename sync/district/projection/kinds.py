"""The table of entry types: how each opened body is read and written. One row for each type."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from kiosk.domain.deadlines import Scheme
from kiosk.domain.entry import FROM_CITIZENS, EntryType
from kiosk.domain.rating import Flag
from sync.district.complaints.erasing import erase_late_arrivals
from sync.district.complaints.personal import withdraw_at_kiosks
from sync.district.complaints.recompute import recompute_status
from sync.district.complaints.subjects import record_added, record_subjects
from sync.district.domain.answers_body import Added, AnswersBody, answers_from
from sync.district.domain.attribution import UNKNOWN, DossierFacts, OfficerFacts, attributed
from sync.district.domain.checks import UnreadableBody
from sync.district.domain.complaint_body import (
    ArrivedEntry,
    AttachmentBody,
    ComplaintBody,
    SupplementBody,
    VerdictBody,
    WithdrawalBody,
    attachment_from,
    comment_from,
    complaint_body_from,
    supplement_from,
    verdict_from,
    withdrawal_from,
)
from sync.district.domain.deduplicate import Rated, deduplicate
from sync.district.domain.invitation_day import invitation_day_from
from sync.district.domain.queue_times_body import queue_times_from
from sync.district.domain.rating_body import FactBody, RatingBody, Sealed, fact_from, rating_from
from sync.district.projection.seating import Seated, seat_again, seating_of
from sync.district.store import projections as store
from sync.district.store.answers import write_answers
from sync.district.store.complaints import words_added, write_arrived
from sync.district.store.engine import Connection
from sync.district.store.organisation import officer_facts
from sync.district.store.queue_times import write_times
from sync.district.store.releases import released_at

Write = Callable[[Connection, Sequence[tuple[Sealed, Any]], tuple[Scheme, ...]], None]


class EntryKind(Struct, frozen=True):
    """``read`` checks an opened body and raises ``UnreadableBody``. ``write`` gets all entries of the types that share
    it at once, in order of arrival."""

    read: Callable[[dict[str, Any]], Any]
    write: Write


def kind_of(entry_type: str) -> EntryKind:
    """What becomes of an entry of this type. Raises ``UnreadableBody`` for what citizens say and nobody reads yet."""
    if entry_type in KINDS:
        return KINDS[entry_type]
    if entry_type in FROM_CITIZENS:
        raise UnreadableBody(f"this release does not read {entry_type} yet: update, then run 'district rebuild'")
    return _FACT


def _write_ratings(connection: Connection, entries: Sequence[tuple[Sealed, RatingBody]], _: tuple[Scheme, ...]) -> None:
    known = store.dossiers_of(connection, (body.dossier_code for _, body in entries if body.dossier_code))
    seating = seating_of(connection, entries)
    officers = officer_facts(connection, seating.officers)
    arrived = [_rated(entry, body, known, seating.of(entry, body), officers) for entry, body in entries]
    store.write_ratings(connection, deduplicate(store.related(connection, arrived), arrived))
    store.write_circumstances(connection, [_circumstances_row(entry, body) for entry, body in entries])


def _write_answers(
    connection: Connection, entries: Sequence[tuple[Sealed, AnswersBody]], _: tuple[Scheme, ...]
) -> None:
    write_answers(connection, [_added(entry, body) for entry, body in entries])


def _write_complaints(
    connection: Connection,
    entries: Sequence[tuple[Sealed, ComplaintBody | AttachmentBody | VerdictBody | SupplementBody | WithdrawalBody]],
    schemes: tuple[Scheme, ...],
) -> None:
    arrived = [_arrived(entry, body) for entry, body in entries]
    latest = max(entry.received_at for entry, _ in entries)
    numbers = write_arrived(connection, arrived)
    record_subjects(connection, arrived, latest)
    record_added(connection, words_added(connection, numbers), latest)
    erase_late_arrivals(connection, {each.entry_id for each in arrived}, numbers)
    now = max(latest, released_at(connection) or latest)
    recompute_status(connection, numbers, schemes, now)
    withdraw_at_kiosks(connection, schemes, numbers)


def _write_facts(connection: Connection, entries: Sequence[tuple[Sealed, FactBody]], _: tuple[Scheme, ...]) -> None:
    store.write_facts(connection, [_fact_row(entry, fact) for entry, fact in entries])
    by_card = [entry for entry, fact in entries if entry.type == EntryType.STAFF_SIGNED_IN and "staff_id" in fact.body]
    seat_again(connection, [(each.device_id, each.epoch, each.seq) for each in by_card])


def _rated(
    entry: Sealed, body: RatingBody, known: Mapping[str, DossierFacts], seated: Seated, officers: OfficerFacts
) -> Rated:
    rated = Rated(
        entry_id=entry.entry_id,
        device_id=entry.device_id,
        epoch=entry.epoch,
        seq=entry.seq,
        batch_id=entry.batch_id,
        unit_id=body.unit_id,
        counter_id=body.counter_id,
        officer_number=None,
        procedure_id=None,
        dossier_code=body.dossier_code,
        stage=body.stage,
        questionnaire=body.questionnaire,
        score=body.score,
        flags=body.flags,
        language=body.language,
        input=body.input,
        day=entry.day,
        recorded_at=body.recorded_at,
        received_at=entry.received_at,
        day_guessed=Flag.DAY_UNKNOWN in body.flags,
        seated_officer=seated.officer_number,
        seated_by=seated.by,
    )
    return attributed(rated, known.get(body.dossier_code or "", UNKNOWN), officers)


def _circumstances_row(entry: Sealed, body: RatingBody) -> dict[str, Any]:
    place = {"device_id": entry.device_id, "epoch": entry.epoch, "seq": entry.seq}
    return place | {"entry_id": entry.entry_id} | asdict(body.circumstances)


def _arrived(
    entry: Sealed, body: ComplaintBody | AttachmentBody | VerdictBody | SupplementBody | WithdrawalBody
) -> ArrivedEntry:
    place = (entry.entry_id, entry.device_id, entry.epoch, entry.seq, entry.batch_id)
    return ArrivedEntry(*place, entry.type, entry.day, entry.received_at, body)


def _added(entry: Sealed, body: AnswersBody) -> Added:
    place = (entry.entry_id, entry.device_id, entry.epoch, entry.seq, entry.batch_id)
    return Added(*place, entry.day, entry.received_at, body)


def _fact_row(entry: Sealed, fact: FactBody) -> dict[str, Any]:
    return {
        "entry_id": entry.entry_id,
        "device_id": entry.device_id,
        "epoch": entry.epoch,
        "seq": entry.seq,
        "type": entry.type,
        "body": fact.body,
        "recorded_at": fact.recorded_at,
        "received_at": entry.received_at,
    }


def _checked_invitations(body: dict[str, Any]) -> FactBody:
    """A fact of the box's own whose numbers are counted. Raises ``UnreadableBody`` naming the field."""
    invitation_day_from(body)
    return fact_from(body)


_FACT = EntryKind(fact_from, _write_facts)

KINDS: Mapping[str, EntryKind] = {
    EntryType.RATING: EntryKind(rating_from, _write_ratings),
    EntryType.ANSWERS: EntryKind(answers_from, _write_answers),
    EntryType.COMMENT: EntryKind(comment_from, _write_complaints),
    EntryType.COMPLAINT: EntryKind(complaint_body_from, _write_complaints),
    EntryType.ATTACHMENT: EntryKind(attachment_from, _write_complaints),
    EntryType.VERDICT: EntryKind(verdict_from, _write_complaints),
    EntryType.SUPPLEMENT: EntryKind(supplement_from, _write_complaints),
    EntryType.WITHDRAWAL: EntryKind(withdrawal_from, _write_complaints),
    EntryType.INVITATIONS: EntryKind(_checked_invitations, _write_facts),
    EntryType.QUEUE_TIMES: EntryKind(queue_times_from, lambda connection, entries, _: write_times(connection, entries)),
}
