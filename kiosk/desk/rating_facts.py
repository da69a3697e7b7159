"""Build the facts of a rating and of the answers that follow it, before they are sealed. Pure."""

from datetime import date
from typing import Any

from msgspec import Struct

from kiosk.clock import Moment
from kiosk.domain.entry import EntryType, Fact, new_entry_id
from kiosk.domain.rating import Flag, OfficerKnownBy, Stage, Transaction
from kiosk.domain.reference import ENTRIES_OF_2, ENTRIES_OF_4
from kiosk.flow.state.rating_draft import FilledAnswers, RatingDraft
from kiosk.store.identity import Identity

CLOCK_UNSURE_MS = 24 * 3600 * 1000
MAX_DS = 36_000
"""An hour, in tenths of a second: whatever took longer."""
MAX_PRESSES, MAX_SCANS = 255, 63


class Known(Struct, frozen=True):
    """What else the box knows as a rating is saved. ``questionnaire``: ``<id>/<version>``; ``entry_version``: what its
    district can read (``kiosk.domain.reference.ThisBox``); ``revision``: of the reference data it has;
    ``transaction``: what the ticket system knows of the counter around now."""

    questionnaire: str
    entry_version: int
    revision: int | None
    transaction: Transaction = Transaction.UNKNOWN


def rating_fact(draft: RatingDraft, who: Identity, moment: Moment, known: Known) -> Fact:
    """The body of a rating as its district can read it: one of ``sync.protocol.packed_rating``, or shape 1 of
    ``sync.protocol.seal``. ``at_s`` is the box's own clock, seconds since 1970 UTC; ``up_s`` seconds since boot."""
    subject = draft.subject
    flags = set(subject.flags)
    if moment.offset_ms is None or abs(moment.offset_ms) > CLOCK_UNSURE_MS:
        flags.add(Flag.CLOCK_UNSURE)
    body = {
        "at_s": moment.at_s,
        "up_s": moment.up_s,
        "boot": moment.boot,
        "offset_s": moment.offset_s,
        "unit_id": who.unit_id,
        "counter_id": subject.counter_id,
        "dossier_code": subject.code.text if subject.code else None,
        "stage": str(subject.stage),
        "score": int(draft.score),
        "questionnaire": known.questionnaire,
        "flags": sorted(str(flag) for flag in flags),
        "input": str(subject.input),
        "language": draft.language,
    }
    body |= _circumstances(draft, known) if known.entry_version >= ENTRIES_OF_2 else _times(draft)
    if known.entry_version >= ENTRIES_OF_4:
        body["transaction"] = str(known.transaction)
    return Fact(new_entry_id(moment.day), EntryType.RATING, moment.day, body)


def _times(draft: RatingDraft) -> dict[str, Any]:
    """What shape 1 says: seconds since the last press, milliseconds on the screen of faces."""
    since = None if draft.since_ms is None else round(draft.since_ms / 1000)
    return {"since_s": since, "spent_ms": draft.spent_ms}


def _circumstances(draft: RatingDraft, known: Known) -> dict[str, Any]:
    """How the face was given, and how its counter and officer are known; times in tenths of a second. A district that
    has no word for the duty roster is told nothing of the officer."""
    how, subject = draft.how, draft.subject
    unheard = subject.officer_known_by is OfficerKnownBy.DUTY and known.entry_version < ENTRIES_OF_4
    officer = None if unheard else subject.officer_known_by
    return {
        "given": str(how.given),
        "presses": min(how.presses, MAX_PRESSES),
        "scans": min(how.scans, MAX_SCANS),
        "since_ds": _tenths(draft.since_ms),
        "spent_ds": _tenths(draft.spent_ms),
        "scan_ds": _tenths(how.scan_ms),
        "home_ds": _tenths(how.home_ms),
        "revision": known.revision,
        "counter_known_by": subject.counter_known_by and str(subject.counter_known_by),
        "officer_known_by": officer and str(officer),
    }


def _tenths(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else min(MAX_DS, round(milliseconds / 100))


def answers_fact(filled: FilledAnswers, who: Identity, moment: Moment) -> Fact:
    """What a citizen added to a kept rating. ``answers`` are by question; those to private questions stand apart.
    ``spent_ms`` is the time on each screen; ``presses`` the touches of the last
    minute; ``scans_again`` how often the same receipt was scanned again. ``left``: the
    citizen went away without sending them."""
    form, questionnaire = filled.form, filled.form.kept.questionnaire
    open_answers: dict[str, list[str]] = {}
    private: dict[str, list[str]] = {}
    for question_id, chosen in form.answers:
        (private if questionnaire.question(question_id).private else open_answers)[question_id] = list(chosen)
    body = {
        "at_s": moment.at_s,
        "up_s": moment.up_s,
        "boot": moment.boot,
        "rating": form.kept.entry_id,
        "unit_id": who.unit_id,
        "questionnaire": questionnaire.reference,
        "answers": open_answers,
        "private_answers": private,
        "language": filled.language,
        "spent_ms": dict(form.spent),
        "presses": filled.presses,
        "scans_again": filled.scans_again,
        "left": filled.left,
    }
    return Fact(new_entry_id(moment.day), EntryType.ANSWERS, moment.day, body)


def late_of(due_on: date | None, returned_on: date | None, today: date) -> bool | None:
    """Whether the result came, or will come at the earliest, after the day it was promised for."""
    return None if due_on is None else due_on < (returned_on or today)


def stage_of(received_on: date | None, returned_on: date | None, today: date) -> Stage:
    """Handing in on the day of receipt, receiving the result afterwards."""
    if returned_on is not None or (received_on is not None and received_on < today):
        return Stage.RETURN
    return Stage.HAND_IN if received_on is not None else Stage.UNKNOWN
