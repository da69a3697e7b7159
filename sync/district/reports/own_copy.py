"""What an office holds about whoever sent a complaint, for that person: as a document to read, and as data. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from sync.district.domain.complaint_steps import Action
from sync.district.domain.contact_seal import CONTACT_FIELDS
from sync.district.domain.erasure import ErasureScope
from sync.district.domain.personal_request import PersonalRequest
from sync.district.domain.personal_rules import KeepingTime, KeptData, PersonalRules
from sync.district.domain.processing_record import RECORD_FIELDS, load_processing_record
from sync.district.reports.paper import Block, Grid, Heading, Paper, Words
from sync.district.store.complaint_register import MaskedView
from sync.district.store.complaints import COMPLAINT
from sync.district.texts import Texts
from sync.district.times import VIETNAM, local_day
from sync.district.web.complaint import ComplaintPage, Happened
from sync.district.web.formats import day, day_and_clock, day_of

MATTERS = "matters"
"""The activity of the processing record that a complaint belongs to."""


class OwnCopy(Struct, frozen=True):
    """Everything that the copy tells: the page of the matter with the contact open, who opened what, what was asked.
    ``removes_backups``: the retention job knows where the backups are."""

    page: ComplaintPage
    consent: str
    views: Sequence[MaskedView]
    requests: Sequence[PersonalRequest]
    rules: PersonalRules
    made_on: date
    removes_backups: bool


def copy_data(copy: OwnCopy) -> dict[str, Any]:
    """The copy as data: names in English, times in ISO 8601 with their zone."""
    page, whole = copy.page, copy.page.whole
    contact = whole.contact or {}
    return {
        "receipt_number": whole.receipt_number,
        "received_on": local_day(whole.line.received_at).isoformat(),
        "office": page.office,
        "kind": COMPLAINT,
        "contact": {name: contact.get(name, "") for name in CONTACT_FIELDS},
        "reply_by": page.case.reply_by,
        "consent": copy.consent,
        "dossier_code": whole.dossier_code or "",
        "words": whole.line.text,
        "words_of_merged": [each.line.text for each in page.merged],
        "picked_sentences": list(page.sentences),
        "recording_parts": whole.line.sound_parts,
        "added": [{"on": local_day(each.at).isoformat(), "words": each.text} for each in page.added],
        "answer": page.case.answer or page.case.refusal,
        "erased": whole.erased or "",
        "steps": [{"on": local_day(each.at).isoformat(), "what": each.what} for each in _done(page)],
        "opened": [
            {"at": each.at.astimezone(VIETNAM).isoformat(timespec="minutes"), "what": each.what, "by": each.by}
            for each in copy.views
        ],
        "requests": [
            {"on": local_day(each.at).isoformat(), "kind": str(each.kind), "state": str(each.state)}
            for each in copy.requests
        ],
        "kept_days": {
            str(each.what): each.days
            for each in copy.rules.keep
            if copy.removes_backups or each.what is not KeptData.BACKUPS
        },
        "made_on": copy.made_on.isoformat(),
    }


def copy_paper(copy: OwnCopy, texts: Texts) -> Paper:
    """The copy as a document."""
    return Paper(
        office=copy.page.office,
        parent="",
        kind=texts("personal.copy.kind"),
        subject=texts("personal.copy.subject"),
        year=copy.made_on.year,
        blocks=tuple(_blocks(copy, texts)),
    )


def _blocks(copy: OwnCopy, texts: Texts) -> Iterator[Block]:
    yield Heading(texts("personal.copy.facts"))
    yield _grid(("what", "words"), [row for row in _facts(copy, texts) if row[1]], texts)
    yield Heading(texts("personal.copy.steps"))
    done = _done(copy.page)
    steps = [(day_of(each.at), texts(f"complaint.done.{each.what}", **each.words(texts))) for each in done]
    yield _grid(("at", "what"), steps, texts)
    yield Heading(texts("personal.copy.opened"))
    if copy.views:
        heads = [texts(f"personal.copy.column.{name}") for name in ("at", "what", "who")]
        rows = [(day_and_clock(v.at), texts(f"personal.copy.opened_what.{v.what}"), v.by) for v in copy.views]
        yield Grid(heads, rows, (40, 75, 50), named=1, also_named=(2,))
    else:
        yield Words(texts("personal.copy.nobody"))
    if copy.requests:
        yield Heading(texts("personal.copy.requests"))
        yield _grid(("at", "what"), [(day_of(each.at), _asked(each, texts)) for each in copy.requests], texts)
    yield Heading(texts("personal.copy.why"))
    yield _grid(("what", "words"), _reasons(copy, texts), texts)
    yield Words(texts("personal.copy.as_of", day=day(copy.made_on)))


def _asked(request: PersonalRequest, texts: Texts) -> str:
    return f"{texts(f'personal.kind.{request.kind}')}: {texts(f'personal.state.{request.state}')}"


def _reasons(copy: OwnCopy, texts: Texts) -> list[tuple[str, str]]:
    """What the processing record says of complaints."""
    activity = next(each for each in load_processing_record().activity if each.id == MATTERS)
    rows = [
        (texts(f"personal.processing.field.{name}"), activity.words(name, texts.language)) for name in RECORD_FIELDS
    ]
    return [
        *rows,
        (texts("personal.processing.field.kept"), kept_words(copy.rules, texts, removes_backups=copy.removes_backups)),
    ]


def _done(page: ComplaintPage) -> list[Happened]:
    """What was done about the matter, the oldest first; who opened it stands in a list of its own."""
    return [each for each in reversed(page.history) if each.what in set(Action)]


def _facts(copy: OwnCopy, texts: Texts) -> Iterator[tuple[str, str]]:
    page, whole = copy.page, copy.page.whole
    contact = whole.contact or {}
    yield texts("personal.copy.number"), whole.receipt_number
    yield texts("personal.copy.received"), day_of(whole.line.received_at)
    for name in CONTACT_FIELDS:
        yield texts(f"complaint.{name}"), contact.get(name, "")
    yield texts("personal.copy.consent"), copy.consent
    yield texts("personal.copy.dossier"), whole.dossier_code or ""
    yield texts("personal.copy.words"), " ".join([whole.line.text, *page.sentences]).strip()
    parts = whole.line.sound_parts
    yield texts("personal.copy.sound"), texts("personal.copy.sound_parts", n=parts) if parts else ""
    for each in page.merged:
        yield texts("personal.copy.words"), each.line.text
    for added in page.added:
        yield texts("personal.copy.added"), added.text
    yield texts("personal.copy.answer"), page.case.answer or page.case.refusal
    if whole.erased:
        what = {ErasureScope.CONTACT: "contact", ErasureScope.ALL: "words"}[ErasureScope(whole.erased)]
        yield texts("personal.copy.erased"), texts(f"personal.keeping.what.{what}")


def kept_words(rules: PersonalRules, texts: Texts, *, removes_backups: bool) -> str:
    """How long what is kept, in words. ``removes_backups``: the retention job knows where the backups are."""

    def words(each: KeepingTime) -> str:
        if each.what is KeptData.BACKUPS and not removes_backups:
            return texts("personal.keeping.by_office")
        return f"{texts('personal.days', n=each.days)} {texts(f'personal.keeping.after.{each.what}')}"

    return ". ".join(f"{texts(f'personal.keeping.what.{each.what}')}: {words(each)}" for each in rules.keep)


def _grid(heads: tuple[str, str], rows: Sequence[tuple[str, str]], texts: Texts) -> Grid:
    return Grid([texts(f"personal.copy.column.{name}") for name in heads], list(rows), (45, 120), also_named=(1,))
