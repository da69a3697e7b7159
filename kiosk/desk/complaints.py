"""The use cases of complaints: seal and record one with its receipt, and look an earlier one up.

``KioskDesk`` calls these with its open box. No Kivy, no SQL; nothing a citizen said, and no receipt number, is logged.
"""

import base64
import binascii
import logging
from datetime import date
from functools import cache
from typing import Any

from msgspec import Struct

from kiosk.box.agent_lock import is_running
from kiosk.box.box import Box
from kiosk.box.facts import seal_fact
from kiosk.clock import Moment
from kiosk.desk.complaint_facts import attachment_facts, supplement_fact, verdict_fact, withdrawal_fact, words_fact
from kiosk.domain.complaint import PublicStatus, Verdict, public_status_from
from kiosk.domain.deadlines import SHIPPED, Scheme, scheme_of, schemes_from, working_days_after
from kiosk.domain.entry import Fact
from kiosk.domain.phone_number import regrouped
from kiosk.domain.receipt import Receipt, grouped, link, mint, mint_of_box
from kiosk.domain.reference import ENTRIES_OF_4, ENTRIES_OF_5, SUPPLEMENTS, Wording
from kiosk.domain.wording import (
    CONSENT,
    SENTENCES,
    Consent,
    Law,
    Sentence,
    consent_from,
    law_on,
    laws_from,
    newest,
    of_known_kinds,
    sentences_from,
)
from kiosk.flow.state.complaint import ComplaintFound, FilledComplaint, PrintReceipt, Supplement
from kiosk.flow.state.lobby import CounterChoice, Intake, OfficerChoice, ReplyPromise
from kiosk.flow.state.printing import AnswerPaper, ReceiptPaper
from kiosk.paths import shipped_scheme
from kiosk.store import box_state, complaints, ledger, notices, reference
from kiosk.store.engine import CannotRead
from sync.protocol.receipt_lookup import NoSalt, NotThisReceipt, key_of, open_closed

log = logging.getLogger(__name__)


#: What the agent says of itself (``box_state`` ``sync``) when nothing keeps it from the district.
_GETS_THROUGH = ("idle", "sending")


class NoBoxNumber(Exception):
    """The district has not given this box a number yet, so it can give out no receipt."""


def intake_of(tx: Any, box: Box, today: date) -> Intake | None:
    """What góp ý and phản ánh need, from the file; ``None`` for a box without a number."""
    number = complaints.box_number(tx, box.identity.device_id)
    if number is None:
        return None
    unit_id, texts = box.identity.unit_id, complaints.wordings(tx)
    chain = notices.chain_of(tx, unit_id)
    officers = complaints.officers_of(tx, unit_id, today)
    portraits = complaints.portraits_of(tx, officers)
    return Intake(
        consent=_consent(texts, today),
        sentences=_sentences(texts, today),
        counters=tuple(
            CounterChoice(row.counter_id, row.name, row.field) for row in reference.counters_of(tx, unit_id, today)
        ),
        officers=tuple(
            OfficerChoice(row.officer_number, row.post, row.counter_id, portraits.get(row.officer_number, b""))
            for row in officers
        ),
        reception=complaints.reception_of(tx, chain),
        public_url=number.public_url,
        reply=reply_promise(tx, box, today),
        question_reply=question_promise(tx, box, today),
        law=law_on(shipped_laws(), today),
    )


def reply_promise(tx: Any, box: Box, today: date) -> ReplyPromise | None:
    """By when a phản ánh told today is answered."""
    days = days_to_answer(today)
    return None if days is None else _promise(tx, box, today, days)


def question_promise(tx: Any, box: Box, today: date) -> ReplyPromise | None:
    """By when a question told today is answered; ``None`` where the district takes none apart from other matters."""
    days = complaints.question_days(tx)
    return _promise(tx, box, today, days) if days else None


def _promise(tx: Any, box: Box, today: date, days: int) -> ReplyPromise:
    """So many working days. The clock of the office begins when it arrives there: a kiosk whose agent does not get
    through cannot name a day."""
    agent = box_state.get(tx, "sync") or {}
    if agent.get("state") not in _GETS_THROUGH or agent.get("failures") or not is_running(box.store.file.parent):
        return ReplyPromise(days)
    try:
        due = due_after(tx, today, days)
    except ValueError as error:
        log.error("the holidays are not used: %s", error)
        return ReplyPromise(days)
    return ReplyPromise(days, None if due.unlisted else due.day)


class Due(Struct, frozen=True):
    """The last day of a deadline, and the years up to it whose holidays this kiosk has no list of. With such a year no
    day may be told."""

    day: date
    unlisted: tuple[int, ...]


def days_to_answer(today: date) -> int | None:
    """How many working days an office has for the answer to what is told today; ``None`` where no scheme says."""
    scheme = scheme_of(shipped_deadlines(), today)
    return scheme.working_days["answer"] if scheme else None


def due_after(tx: Any, today: date, working_days: int) -> Due:
    """So many working days after today, by the holidays this kiosk has. Raises ``ValueError`` where their lists cannot
    be read."""
    holidays = notices.holidays_of(tx)
    day = working_days_after(today, working_days, holidays)
    return Due(day, holidays.unlisted(today, day))


def save_words(
    tx: Any, box: Box, filled: FilledComplaint, moment: Moment, before: list[Fact], sound: bytes | bytearray = b""
) -> Receipt:
    """Appends the words and the ``sound``, sealed in memory, and the facts ``before`` them; the caller's transaction
    commits.

    Raises ``NoBoxNumber``.
    """
    who = box.identity
    number = complaints.box_number(tx, who.device_id)
    if number is None:
        raise NoBoxNumber("the district has not given this box a number yet")
    receipt = _new_receipt(tx, number)
    parts = attachment_facts(sound, receipt, moment) if sound else []
    facts = [*before, words_fact(filled, receipt, who, moment, len(parts)), *parts]
    ledger.append(tx, who.device_id, [seal_fact(each, who.sealing_public_key) for each in facts], box.keys.device)
    return receipt


def _new_receipt(tx: Any, box: complaints.BoxNumber) -> Receipt:
    """A number that this box has not given out before, kept as given."""
    made = ""

    def taken(number: str) -> bool:
        nonlocal made
        made = key_of(number, box.salt).lookup_id
        return complaints.was_given(tx, made)

    receipt = mint(taken) if box.salt else mint_of_box(box.number, taken)
    complaints.keep_given(tx, made)
    return receipt


def save_verdict(tx: Any, box: Box, number: str, opinion: Verdict, token: str, moment: Moment) -> None:
    """Appends the verdict, sealed in memory; the caller's transaction commits. The receipt's token goes with it to a
    district that reads it."""
    who = box.identity
    read = complaints.entry_version(tx) >= ENTRIES_OF_4
    fact = verdict_fact(number, opinion, token if read else "", moment)
    ledger.append(tx, who.device_id, [seal_fact(fact, who.sealing_public_key)], box.keys.device)


def save_supplement(tx: Any, box: Box, supplement: Supplement, moment: Moment) -> None:
    """Appends what a citizen answers who was asked for more, sealed in memory; the caller's transaction commits."""
    who = box.identity
    fact = supplement_fact(supplement, moment)
    ledger.append(tx, who.device_id, [seal_fact(fact, who.sealing_public_key)], box.keys.device)


def save_withdrawal(tx: Any, box: Box, number: str, token: str, moment: Moment) -> None:
    """Appends that consent is withdrawn, sealed in memory; the caller's transaction commits."""
    who = box.identity
    fact = withdrawal_fact(number, token, moment)
    ledger.append(tx, who.device_id, [seal_fact(fact, who.sealing_public_key)], box.keys.device)


def paper_of(box: Box, moment: Moment, asked: PrintReceipt) -> ReceiptPaper:
    """What a printed receipt says: none of the words, and of the citizen only the number."""
    receipt = asked.receipt
    promised = question_promise if asked.question else reply_promise
    try:
        with box.store.read() as tx:
            number = complaints.box_number(tx, box.identity.device_id)
            unit = reference.unit(tx, box.identity.unit_id)
            at = complaints.reception_of(tx, notices.chain_of(tx, box.identity.unit_id))
            reply = promised(tx, box, moment.day) if asked.answered else None
    except CannotRead as error:
        log.error("the office's name could not be read: %s", error)
        number = unit = at = reply = None
    return ReceiptPaper(
        office=unit.name if unit else "",
        number=grouped(receipt.number),
        link=link(number.public_url if number else "", receipt),
        received=moment.day,
        answered=asked.answered,
        due=reply.due if reply else None,
        days=reply.working_days if reply else 0,
        page=number.public_url if number else "",
        ask_at=at.name if at else "",
        phone=regrouped(at.phone) if at else "",
        language=asked.language,
    )


def answer_paper(number: str, status: PublicStatus, language: str) -> AnswerPaper:
    """What a printed reply says."""
    return AnswerPaper(
        office=status.office,
        number=grouped(number),
        answer=status.answer,
        received=status.received_on,
        answered_on=status.answered_on,
        conclusion=status.conclusion_words,
        language=language,
    )


def look_up(box: Box, number: str) -> ComplaintFound:
    """How the complaint with this number stands. What cannot be read or opened is told as not yet heard of."""
    try:
        with box.store.read() as tx:
            box_number = complaints.box_number(tx, box.identity.device_id)
            key = key_of(number, box_number.salt if box_number else b"")
            closed = complaints.closed_answer(tx, key.lookup_id)
            own = complaints.was_given(tx, key.lookup_id)
            applied = box_state.get(tx, "snapshot_applied") or {}
            version = complaints.entry_version(tx)
    except (CannotRead, NoSalt) as error:
        log.error("the answers could not be read: %s", error)
        return ComplaintFound(None)
    as_of = str(applied.get("generated_at", ""))[:10]
    if closed is None:
        return ComplaintFound(None, as_of, own)
    try:
        status = public_status_from(open_closed(base64.b64decode(closed), key))
        return ComplaintFound(status, as_of, own, version >= SUPPLEMENTS, version >= ENTRIES_OF_5)
    except (NotThisReceipt, binascii.Error) as error:
        log.error("an answer could not be opened: %s", error)
        return ComplaintFound(None, as_of, own)


def _consent(texts: list[Wording], today: date) -> Consent:
    found = newest(texts, CONSENT, today)
    try:
        return consent_from(found.content) if found else shipped_consent()
    except ValueError as error:
        log.error("the district's consent is not used: %s", error)
        return shipped_consent()


def _sentences(texts: list[Wording], today: date) -> tuple[Sentence, ...]:
    found = newest(texts, SENTENCES, today)
    try:
        return sentences_from(of_known_kinds(found.content)) if found else shipped_sentences()
    except ValueError as error:
        log.error("the district's sentences are not used: %s", error)
        return shipped_sentences()


@cache
def shipped_deadlines() -> tuple[Scheme, ...]:
    """config/schemes/complaint-deadlines.toml."""
    return schemes_from(shipped_scheme(SHIPPED))


@cache
def shipped_consent() -> Consent:
    """config/schemes/consent.toml, for a box that has not heard from its district."""
    return consent_from(shipped_scheme("consent.toml"))


@cache
def shipped_sentences() -> tuple[Sentence, ...]:
    """config/schemes/sentences.toml, likewise."""
    return sentences_from(shipped_scheme("sentences.toml"))


@cache
def shipped_laws() -> tuple[Law, ...]:
    """config/schemes/law.toml."""
    return laws_from(shipped_scheme("law.toml"))
