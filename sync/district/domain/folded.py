"""Words as they are searched: in small letters, without marks, one space apart. Pure."""

from collections.abc import Mapping

from kiosk.vietnamese.fold import fold

MIN_PHONE = 9
"""Fewer digits than this are no telephone, and would find half the register."""


def folded(text: str) -> str:
    """A text as it is searched.

    >>> folded("Ghế  chờ HỎNG")
    'ghe cho hong'
    """
    return " ".join(fold(text).split())


def folded_words(text: str, dossier_code: str | None) -> str:
    """What a complaint is found by: its words and its dossier."""
    return folded(f"{text} {dossier_code or ''}")


def folded_contact(contact: Mapping[str, str] | None) -> str | None:
    """Who it was, for those who know the name or the whole telephone number."""
    if contact is None:
        return None
    return f"{folded(contact['name'])} {digits_of(contact['phone'])}".strip()


def digits_of(text: str) -> str:
    """The digits of a text alone."""
    return "".join(each for each in text if each.isdigit())


def is_phone(text: str) -> bool:
    """Whether a text is a whole telephone number."""
    plain = text.replace(" ", "").replace(".", "").replace("-", "")
    return plain.isascii() and plain.isdigit() and len(plain) >= MIN_PHONE
