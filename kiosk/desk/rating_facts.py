"""Build the facts of a rating and of the answers that follow it, before they are sealed. Pure."""

from datetime import date

from kiosk.clock import Moment
from kiosk.domain.entry import EntryType, Fact, new_entry_id
from kiosk.domain.rating import Flag, Stage
from kiosk.flow.state.rating_draft import FilledAnswers, RatingDraft
from kiosk.store.identity import Identity

CLOCK_UNSURE_MS = 24 * 3600 * 1000


def rating_fact(draft: RatingDraft, who: Identity, moment: Moment, questionnaire: str) -> Fact:
    """The body of a rating, a shape of ``sync.protocol.seal``. ``at_s`` is the box's own clock, seconds since 1970 UTC;
    ``up_s`` seconds since boot; ``since_s`` seconds since the last press; ``spent_ms`` on the screen of faces."""
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
        "questionnaire": questionnaire,
        "flags": sorted(str(flag) for flag in flags),
        "input": str(subject.input),
        "language": draft.language,
        "since_s": None if draft.since_ms is None else round(draft.since_ms / 1000),
        "spent_ms": draft.spent_ms,
    }
    return Fact(new_entry_id(moment.day), EntryType.RATING, moment.day, body)


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
