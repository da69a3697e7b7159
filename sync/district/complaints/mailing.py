"""Once a day: write to citizens who chose e-mail what their complaints have to tell."""

import uuid
from datetime import datetime

from sync.district.domain.citizen_mail import NEW_FOR, UNUSABLE, Mailable, morning_of, wanted
from sync.district.domain.complaint_steps import Action
from sync.district.domain.message import Channel, Message
from sync.district.domain.release import shown_before
from sync.district.store.complaint_mails import mailable, mails_about, note_mail, note_over
from sync.district.store.engine import Engine, writing
from sync.district.store.imports import names_by_id
from sync.district.store.locks import Lock, hold
from sync.district.store.outbox import put
from sync.district.texts import DEFAULT_LANGUAGE, Texts, languages, load_texts

EXTEND_WITH_REASON = "extend_why"
"""The text about a date that was moved, where the mail names the page: there the reason stands; no kiosk has it."""


def write_mails(engine: Engine, public_url: str, now: datetime) -> int:
    """Puts the mails of this morning into the outbox; returns how many. Raises ``StoreUnavailable``.

    A matter that is not seen yet is not written about either, so that no mail tells of a press on the same day.
    """
    with writing(engine) as connection:
        hold(connection, Lock.MAILS)
        complaints = mailable(connection, shown_before(now), now - NEW_FOR)
        before = mails_about(connection, [each.entry_id for each in complaints])
        units = names_by_id(connection, "units")
        texts, mails = _Words(), list[Message]()
        for each in complaints:
            new, over = wanted(each, before.get(each.entry_id, ()), now)
            note_over(connection, over)
            for about in new:
                message_id = str(uuid.uuid4())
                note_mail(connection, each.entry_id, message_id, about, now)
                if about != UNUSABLE:
                    office = units.get(each.unit_id, each.unit_id)
                    content = mail_content(each, about, office, public_url, texts.of(each.language))
                    mails.append(Message(message_id, Channel.MAIL, content, morning_of(now)))
        put(connection, mails)
    return len(mails)


class _Words:
    """The texts, each language read when the first mail in it is written: on most looks there is none."""

    def __init__(self) -> None:
        self._read: dict[str, Texts] = {}

    def of(self, language: str) -> Texts:
        known = language if language in languages() else DEFAULT_LANGUAGE
        if known not in self._read:
            self._read[known] = load_texts(known)
        return self._read[known]


def mail_content(complaint: Mailable, about: str, office: str, public_url: str, texts: Texts) -> dict[str, object]:
    """A mail as its channel sends it. It names the office and the end of the receipt number, and nothing of the
    matter."""
    number = complaint.receipt_number[-4:]
    happened = EXTEND_WITH_REASON if about == Action.EXTEND and public_url else about
    lines = [
        texts("citizen_mail.greeting"),
        texts(f"citizen_mail.about.{happened}", office=office, number=number),
        texts("citizen_mail.where", address=f"{public_url}/tra-cuu") if public_url else texts("citizen_mail.kiosk"),
        texts("citizen_mail.why"),
        f"{texts('citizen_mail.closing')}\n{office}",
    ]
    return {
        "to": [complaint.email],
        "subject": texts("citizen_mail.subject", office=office),
        "text": "\n\n".join(lines),
    }
