"""Read comments, complaints, their attachments, verdicts and supplements from their entries."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from kiosk.domain.complaint import MAX_TEXT, About, ReplyBy, Verdict, may_be_answered
from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.domain.receipt import NotAReceipt
from kiosk.domain.receipt import read as read_receipt
from sync.district.domain.checks import UnreadableBody, moment, one_of, whole, word, word_or_none

MAX_SENTENCES = 32
MAX_PARTS = 64
MAX_PART_BYTES = 300_000
MEDIA_TYPES = frozenset({"audio/ogg", "audio/opus", "audio/wav", "audio/webm", "audio/mpeg", "audio/mp4", "audio/flac"})
_CONTACT = {"name": 200, "phone": 40, "address": 400, "email": 200}
TOKEN, TOKEN_HASH = "receipt_token", "token_hash"
ERASED = "erased"
"""The field that says what of an entry was erased (``domain.erasure.ErasureScope``). The district writes it; of a body
that a kiosk sealed it is left out before it is read."""
SENSITIVE, REPLYABLE = "sensitive", "replyable"
"""The fields of an entry of which something was erased that keep what its words and its contact were read as. The
district writes them; of a body that a kiosk sealed they are left out before it is read."""
OF_DISTRICT = (ERASED, SENSITIVE, REPLYABLE)
LOOKS_FOR_THEMSELVES = str(ReplyBy.KIOSK)
"""How who has withdrawn their contact is answered: by the receipt."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_HASH = re.compile(r"[0-9a-f]{64}")


class ComplaintBody(StructWithHidden, frozen=True):
    """A comment or a complaint. ``contact`` is ``None`` when nobody awaits a reply; its values are never logged.

    ``token_hash`` is the SHA-256 of the receipt's token; the token itself is kept nowhere. ``erased``: what of it is no
    longer there; ``sensitive`` and ``was_replyable``: what its words and its contact were read as before.
    """

    recorded_at: datetime
    unit_id: str
    counter_id: str | None
    officer_number: str | None
    dossier_code: str | None
    about: str
    text: Hidden[str]
    sentences: tuple[str, ...]
    sound_parts: int
    written_by_helper: bool
    contact: Hidden[Mapping[str, str] | None]
    consent: str
    about_entry: str
    receipt_number: Hidden[str]
    token_hash: Hidden[bytes]
    language: str
    input: str
    erased: str | None = None
    sensitive: bool | None = None
    was_replyable: bool = False

    @property
    def complete(self) -> bool:
        """Whether who wants a reply said their name (Nghị định 20/2008/NĐ-CP Điều 7); a telephone alone is completed by
        a call."""
        return self.contact is None or bool(self.contact["name"].strip())

    @property
    def reply_by(self) -> str:
        """How who wants a reply asked to hear of it; empty for who wants none."""
        if self.erased and self.was_replyable:
            return LOOKS_FOR_THEMSELVES
        return "" if self.contact is None else self.contact["reply_by"]

    @property
    def replyable(self) -> bool:
        """Whether it is a phản ánh, kiến nghị with somebody to answer."""
        return self.was_replyable if self.erased else is_answerable(self.contact)


class AttachmentBody(StructWithHidden, frozen=True):
    """One part of something recorded. ``sha256`` is that of the whole."""

    recorded_at: datetime
    receipt_number: Hidden[str]
    part: int
    parts: int
    media_type: str
    sha256: str
    data: Hidden[bytes]


class VerdictBody(StructWithHidden, frozen=True):
    """What a citizen thinks of the answer. ``token_hash`` is ``None`` where the receipt was not scanned, or came from
    a kiosk that did not send its token."""

    recorded_at: datetime
    receipt_number: Hidden[str]
    token_hash: Hidden[bytes | None]
    opinion: str


class SupplementBody(StructWithHidden, frozen=True):
    """What a citizen who was asked for more answered at a kiosk. ``token_hash`` is ``None`` where the receipt was not
    scanned; ``will_bring``: they come with papers. Text or that, or both."""

    recorded_at: datetime
    receipt_number: Hidden[str]
    token_hash: Hidden[bytes | None]
    text: Hidden[str]
    will_bring: bool
    sensitive: bool | None = None


class WithdrawalBody(StructWithHidden, frozen=True):
    """A citizen withdraws consent at a kiosk, with the token of their receipt, which was scanned."""

    recorded_at: datetime
    receipt_number: Hidden[str]
    token_hash: Hidden[bytes]


class ArrivedEntry(Struct, frozen=True):
    """One of these entries as the district keeps it, with its order of arrival. ``type`` is the entry's."""

    entry_id: str
    device_id: str
    epoch: int
    seq: int
    batch_id: int
    type: str
    day: date
    received_at: datetime
    body: ComplaintBody | AttachmentBody | VerdictBody | SupplementBody | WithdrawalBody

    @property
    def arrival(self) -> tuple[int, int]:
        return (self.batch_id, self.seq)


def complaint_body_from(body: dict[str, Any]) -> ComplaintBody:
    """Checks the body of a comment or complaint. Raises ``UnreadableBody`` naming the field, never its content."""
    complaint = ComplaintBody(
        recorded_at=moment(body.get("at_s")),
        unit_id=word(body, "unit_id", 64),
        counter_id=_word_or_empty(body, "counter_id", 64) or None,
        officer_number=_word_or_empty(body, "officer_number", 64) or None,
        dossier_code=_word_or_empty(body, "dossier_code", 64) or None,
        about=one_of(body, "about", About),
        text=_text(body, "text", MAX_TEXT),
        sentences=_sentences(body.get("sentences")),
        sound_parts=whole(body, "sound_parts", 0, MAX_PARTS),
        written_by_helper=body.get("written_by_helper") is True,
        contact=_contact(body.get("contact")),
        consent=_word_or_empty(body, "consent", 64),
        about_entry=_word_or_empty(body, "about_entry", 36),
        receipt_number=_receipt(body),
        token_hash=_kept_hash(body) or _token_hash(body.get(TOKEN)),
        language=word(body, "language", 16),
        input=word(body, "input", 16),
        erased=_word_or_empty(body, ERASED, 8) or None,
        sensitive=_kept_sensitive(body),
        was_replyable=ERASED in body and body.get(REPLYABLE) is True,
    )
    if not (complaint.erased or complaint.text.strip() or complaint.sentences or complaint.sound_parts):
        raise UnreadableBody("text, sentences, sound_parts: nothing is said")
    if complaint.about == About.QUESTION and not complaint.replyable:
        raise UnreadableBody("about: a question of somebody to whom nobody can reply")
    return complaint


def comment_from(body: dict[str, Any]) -> ComplaintBody:
    """Checks the body of a comment, which nobody answers. Raises ``UnreadableBody`` naming the field: a
    question belongs into a complaint."""
    comment = complaint_body_from(body)
    if comment.about == About.QUESTION:
        raise UnreadableBody("about: a question that is a comment, to which nobody replies")
    return comment


def attachment_from(body: dict[str, Any]) -> AttachmentBody:
    """Checks the body of an attachment. Raises ``UnreadableBody`` naming the field."""
    parts = whole(body, "parts", 1, MAX_PARTS)
    part = whole(body, "part", 1, parts)
    media_type, sha256 = body.get("media_type"), body.get("sha256")
    if not (isinstance(media_type, str) and media_type in MEDIA_TYPES):
        raise UnreadableBody("media_type: not a kind of sound that is kept")
    if not (isinstance(sha256, str) and _HASH.fullmatch(sha256)):
        raise UnreadableBody("sha256: not 64 hex digits")
    recorded_at = moment(body.get("at_s"))
    return AttachmentBody(recorded_at, _receipt(body), part, parts, media_type, sha256, _data(body.get("data")))


def verdict_from(body: dict[str, Any]) -> VerdictBody:
    """Checks the body of a verdict. Raises ``UnreadableBody`` naming the field."""
    token_hash = _token_hash_if_scanned(body.get(TOKEN, ""))
    return VerdictBody(moment(body.get("at_s")), _receipt(body), token_hash, one_of(body, "opinion", Verdict))


def supplement_from(body: dict[str, Any]) -> SupplementBody:
    """Checks the body of a supplement. Raises ``UnreadableBody`` naming the field."""
    will_bring = body.get("will_bring")
    if not isinstance(will_bring, bool):
        raise UnreadableBody("will_bring: neither true nor false")
    text = _text(body, "text", MAX_TEXT)
    if not (text.strip() or will_bring or ERASED in body):
        raise UnreadableBody("text, will_bring: nothing is said")
    token_hash = _kept_hash(body) if ERASED in body else _token_hash_if_scanned(body.get(TOKEN))
    receipt, sensitive = _receipt(body), _kept_sensitive(body)
    return SupplementBody(moment(body.get("at_s")), receipt, token_hash, text, will_bring, sensitive)


def withdrawal_from(body: dict[str, Any]) -> WithdrawalBody:
    """Checks the body of a withdrawal. Raises ``UnreadableBody`` naming the field."""
    return WithdrawalBody(moment(body.get("at_s")), _receipt(body), _token_hash(body.get(TOKEN)))


def is_answerable(contact: Mapping[str, Any] | None) -> bool:
    """Whether a contact lets somebody be answered."""
    return contact is not None and may_be_answered(**{name: str(contact.get(name, "")) for name in _CONTACT})


def hash_of_token(token: str) -> bytes:
    """What is kept of a receipt's token: 128 random bits need no salt, and a copy of the database opens no page."""
    return hashlib.sha256(token.encode()).digest()


def _text(body: Mapping[str, Any], name: str, longest: int) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise UnreadableBody(f"{name}: not text of at most {longest} characters")
    return value


def _sentences(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_SENTENCES:
        raise UnreadableBody(f"sentences: not a list of at most {MAX_SENTENCES} ids")
    return tuple(word({"sentences": each}, "sentences", 64) for each in value)


def _contact(value: object) -> Mapping[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise UnreadableBody("contact: not an object")
    fields = {name: _text(value, name, longest) for name, longest in _CONTACT.items()}
    return fields | {"reply_by": one_of(value, "reply_by", ReplyBy)}


def _receipt(body: Mapping[str, Any]) -> str:
    number = body.get("receipt_number")
    try:
        if isinstance(number, str) and read_receipt(number) == number:
            return number
    except NotAReceipt as error:
        raise UnreadableBody("receipt_number: the check digits are wrong") from error
    raise UnreadableBody("receipt_number: neither 20 nor 16 digits")


def _kept_sensitive(body: Mapping[str, Any]) -> bool | None:
    """How the words of an entry were read of which something was erased; ``None`` where they are all there."""
    return body.get(SENSITIVE) is True if ERASED in body else None


def _kept_hash(body: Mapping[str, Any]) -> bytes | None:
    """The token's hash of an entry of which something was erased."""
    kept = body.get(TOKEN_HASH) if ERASED in body else None
    return bytes.fromhex(kept) if isinstance(kept, str) and _HASH.fullmatch(kept) else None


def _token_hash_if_scanned(value: object) -> bytes | None:
    """``None`` for the empty text, which says that the receipt was not scanned."""
    return None if value == "" else _token_hash(value)


def _token_hash(value: object) -> bytes:
    if not (isinstance(value, str) and _TOKEN.fullmatch(value)):
        raise UnreadableBody("receipt_token: not 22 letters of base64")
    return hash_of_token(value)


def _data(value: object) -> bytes:
    try:
        data = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError) as error:
        raise UnreadableBody("data: not base64") from error
    if not 0 < len(data) <= MAX_PART_BYTES:
        raise UnreadableBody(f"data: not 1 to {MAX_PART_BYTES} bytes")
    return data


def _word_or_empty(body: dict[str, Any], name: str, longest: int) -> str:
    return "" if body.get(name) == "" else word_or_none(body, name, longest) or ""
