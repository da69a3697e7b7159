"""Build the facts of a complaint, a comment, a verdict on a reply and an answer to a question, before they are sealed.
Pure."""

import unicodedata
from typing import Any

from kiosk.clock import Moment
from kiosk.domain.complaint import Contact, Verdict
from kiosk.domain.entry import EntryType, Fact, new_entry_id
from kiosk.domain.receipt import Receipt
from kiosk.flow.state.complaint import FilledComplaint, Supplement
from kiosk.flow.state.complaint_draft import ComplaintDraft
from kiosk.store.identity import Identity
from sync.protocol.attachment import split


def words_fact(filled: FilledComplaint, receipt: Receipt, who: Identity, moment: Moment, sound_parts: int = 0) -> Fact:
    """A phản ánh (``complaint``) when a reply is wanted, else a góp ý (``comment``).

    ``input`` is how it was told, ``sentences`` are ids of ready sentences, ``about_entry`` is the rating it followed,
    ``consent`` the version agreed to.
    """
    draft = filled.draft
    contact = draft.contact_given()
    kind = EntryType.COMPLAINT if contact else EntryType.COMMENT
    body = _stamp(moment) | {
        "unit_id": who.unit_id,
        "language": filled.language,
        "counter_id": draft.counter_id or who.counter_id,
        "dossier_code": draft.subject.code.text if draft.subject and draft.subject.code else None,
        "about": str(draft.about),
        "text": draft.text,
        "sentences": list(draft.sentences),
        "sound_parts": sound_parts,
        "officer_number": draft.officer.officer_number if draft.officer else "",
        "written_by_helper": draft.helper,
        "contact": _contact(contact) if contact else None,
        "consent": draft.consent if contact else "",
        "about_entry": draft.entry_id,
        "receipt_number": receipt.number,
        "receipt_token": receipt.token,
        "input": _input(draft, sound_parts),
    }
    return Fact(new_entry_id(moment.day), kind, moment.day, body)


def attachment_facts(sound: bytes | bytearray, receipt: Receipt, moment: Moment) -> list[Fact]:
    """What was spoken, in parts that are each sealed by themselves."""
    common = {"at_s": moment.at_s, "up_s": moment.up_s, "boot": moment.boot}
    common |= {"receipt_number": receipt.number, "media_type": "audio/ogg"}
    return [
        Fact(new_entry_id(moment.day), EntryType.ATTACHMENT, moment.day, common | part.fields())
        for part in split(sound)
    ]


def verdict_fact(number: str, opinion: Verdict, token: str, moment: Moment) -> Fact:
    """What the citizen thinks of the answer to the complaint with this receipt number; with the receipt's token it is
    known to be theirs."""
    body = _stamp(moment) | {"receipt_number": number, "opinion": str(opinion)}
    body |= {"receipt_token": token} if token else {}
    return Fact(new_entry_id(moment.day), EntryType.VERDICT, moment.day, body)


def supplement_fact(supplement: Supplement, moment: Moment) -> Fact:
    """What the citizen with this receipt answers who was asked for more."""
    body = _stamp(moment) | {
        "receipt_number": supplement.number,
        "receipt_token": supplement.token,
        "text": unicodedata.normalize("NFC", supplement.text.strip()),
        "will_bring": supplement.will_bring,
    }
    return Fact(new_entry_id(moment.day), EntryType.SUPPLEMENT, moment.day, body)


def withdrawal_fact(number: str, token: str, moment: Moment) -> Fact:
    """The citizen with this receipt no longer agrees that their name and contact are kept."""
    body = _stamp(moment) | {"receipt_number": number, "receipt_token": token}
    return Fact(new_entry_id(moment.day), EntryType.WITHDRAWAL, moment.day, body)


def _stamp(moment: Moment) -> dict[str, Any]:
    return {
        "at_s": moment.at_s,
        "up_s": moment.up_s,
        "boot": moment.boot,
        "offset_s": moment.offset_s,
    }


def _contact(contact: Contact) -> dict[str, str]:
    return {
        "name": contact.name.strip(),
        "phone": contact.phone.strip(),
        "address": contact.address.strip(),
        "email": contact.email.strip(),
        "reply_by": str(contact.reply_by),
    }


def _input(draft: ComplaintDraft, sound_parts: int) -> str:
    ways = [
        way
        for way, used in (
            ("typed", bool(draft.text.strip())),
            ("sentences", bool(draft.sentences)),
            ("spoken", bool(sound_parts)),
        )
        if used
    ]
    return ways[0] if len(ways) == 1 else "mixed"
