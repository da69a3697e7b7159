"""What of a matter is erased, and what stays: when its citizen withdraws their consent, asks for deletion, or the time
of keeping has ended. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from kiosk.domain.entry import EntryType
from kiosk.paths import shipped_scheme
from sync.district.domain.complaint_body import (
    ERASED,
    REPLYABLE,
    SENSITIVE,
    TOKEN,
    TOKEN_HASH,
    hash_of_token,
    is_answerable,
)
from sync.district.domain.complaint_steps import Action
from sync.district.domain.contact_seal import CONTACT_FIELDS
from sync.district.domain.folded import MIN_PHONE, digits_of
from sync.district.domain.question_words import complaint_reads_sensitive
from sync.district.domain.redact import marks
from sync.district.domain.sensitive import reads_sensitive

ERASABLE = frozenset({EntryType.COMPLAINT, EntryType.COMMENT, EntryType.ATTACHMENT, EntryType.SUPPLEMENT})
"""Only what is about a person is ever erased; a rating names nobody and stays for good."""
OF_A_MATTER = frozenset({EntryType.ATTACHMENT, EntryType.SUPPLEMENT})
"""Those that belong to another entry."""
BLANK = "[…]"


class ErasureScope(StrEnum):
    """``CONTACT``: who the citizen is, and their voice; the matter goes on and is answered by its receipt. ``ALL``:
    their words and the dossier too; what stays are the steps, the days and the office's own answer."""

    CONTACT = "contact"
    ALL = "all"

    def covers(self, other: "ErasureScope") -> bool:
        """Whether after this nothing of the other is left to do."""
        return self is ErasureScope.ALL or other is ErasureScope.CONTACT


class Why(StrEnum):
    """Why something was erased."""

    WITHDRAWN = "withdrawn"
    ASKED = "asked"
    TIME_ENDED = "time_ended"


def without(text: str, values: Iterable[str]) -> str:
    """A text with what names somebody blanked: each value whatever its case, a telephone however it is grouped. One
    word or a short number names somebody only where it is used for a person or a house.

    >>> without("Tôi là Lê Thị Hoa, gọi 0912.345.678", ["Lê Thị Hoa", "0912345678"])
    'Tôi là […], gọi […]'
    >>> without("Anh Nam hỏi luật Việt Nam, nhà số 12, ngày 12/10", ["Nam", "12"])
    'Anh […] hỏi luật Việt Nam, nhà số […], ngày 12/10'
    """
    plain = unicodedata.normalize("NFC", text)
    for value in sorted({unicodedata.normalize("NFC", each) for each in values if each.strip()}, key=len, reverse=True):
        plain = _pattern(value).sub(rf"\1{BLANK}", plain)
    return plain


def without_marks(text: str) -> str:
    """A text with everything blanked that may tell who somebody is, where nobody knows any more who it was."""
    plain, kept, end = unicodedata.normalize("NFC", text), "", 0
    for mark in marks(plain):
        kept, end = f"{kept}{plain[end : mark.start]}{BLANK}", mark.end
    return kept + plain[end:]


_WORDS: dict[str, Any] = shipped_scheme("names-and-places.toml")
_HOUSE = _WORDS["before_a_house"]
_BEFORE = [*_WORDS["before_a_citizen"], *_HOUSE]
"""What stands before one word, or before a short number, where it names a citizen or their house."""
_NUMBER, _IS = re.escape(_WORDS["number"]), re.escape(_WORDS["is"])
_NUMBER_OF_HOUSE = re.compile(rf"^(?:{'|'.join(map(re.escape, _HOUSE))}|{_NUMBER}| )+(\d+)$", re.IGNORECASE)


def _pattern(value: str) -> re.Pattern[str]:
    digits, has_letters = digits_of(value), any(letter.isalpha() for letter in value)
    if len(digits) >= MIN_PHONE and not has_letters:
        return re.compile(r"()" + r"[ .\-()]{0,2}".join(digits))
    words = _NUMBER_OF_HOUSE.sub(r"\1", value).split()
    whole = r"\s+".join(map(re.escape, words))
    if "@" in value or len(words) > 1:
        return re.compile(rf"()(?<!\w){whole}(?!\w)", re.IGNORECASE)
    before = "|".join(map(re.escape, _BEFORE if has_letters else _HOUSE))
    return re.compile(rf"(\b(?:{before})(?: {_NUMBER})?(?: {_IS})?\s*:?\s+){whole}(?![\w/])", re.IGNORECASE)


def residue_of(
    entry_type: str, body: Mapping[str, Any], scope: ErasureScope, words: str | None = None
) -> dict[str, Any] | None:
    """What is kept of an opened entry instead of its sealed form, so that a rebuild tells the same; ``None``: nothing.
    The body is as a kiosk sealed it; ``words``: its text as it was left when it was erased, where it is known."""
    if entry_type == EntryType.ATTACHMENT:
        return None
    kept = {name: value for name, value in body.items() if name != TOKEN} | {ERASED: str(scope)}
    kept |= {TOKEN_HASH: hash_of_token(body[TOKEN]).hex()} if body.get(TOKEN) else {}
    contact = body.get("contact") if isinstance(body.get("contact"), dict) else {}
    values = [str(contact.get(name, "")) for name in CONTACT_FIELDS] if contact else []
    text = str(body.get("text", "")) if words is None else words
    kept[SENSITIVE] = body[SENSITIVE] if SENSITIVE in body else _sensitive(entry_type, body)
    kept["text"] = "" if scope is ErasureScope.ALL else without(text, values)
    if entry_type == EntryType.SUPPLEMENT:
        return kept
    kept |= {"contact": None, "sound_parts": 0}
    kept[REPLYABLE] = body[REPLYABLE] if REPLYABLE in body else is_answerable(contact or None)
    return kept | ({"dossier_code": "", "sentences": [], "about_entry": ""} if scope is ErasureScope.ALL else {})


def _sensitive(entry_type: str, body: Mapping[str, Any]) -> bool:
    """How the words of an entry read while they are there: who may see it later follows from that."""
    text = str(body.get("text", ""))
    if entry_type == EntryType.SUPPLEMENT:
        return reads_sensitive(text)
    return complaint_reads_sensitive(body.get("about"), text, body.get("sentences") or ())


_WRITTEN = ("text", "notice", "question", "answer")
"""What people typed into a step; the rest are names of accounts, offices and officers, days, and marks."""
_CITIZENS = frozenset({Action.SUPPLEMENT, Action.MORE_CAME, Action.CALL})
"""Steps whose text is what the citizen said."""


def scrubbed(action: str, content: Mapping[str, Any], values: Iterable[str], scope: ErasureScope) -> dict[str, Any]:
    """The content of a step without what is erased; the days and the kind of the step stay."""
    known = list(values)
    kept = {name: without(value, known) if name in _WRITTEN else value for name, value in content.items()}
    if action == Action.CALL:
        kept = {name: value for name, value in kept.items() if name not in ("name", "address")}
    if scope is ErasureScope.ALL and action in _CITIZENS and "text" in kept:
        kept["text"] = ""
    if scope is ErasureScope.ALL and action == Action.PREPARE:
        kept["question"] = ""
    return kept
