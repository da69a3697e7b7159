"""Words as they are searched: in small letters, without marks, one space apart. Pure."""

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


def digits_of(text: str) -> str:
    """The digits of a text alone."""
    return "".join(each for each in text if each.isdigit())


def is_phone(text: str) -> bool:
    """Whether a text is a whole telephone number."""
    plain = text.replace(" ", "").replace(".", "").replace("-", "")
    return plain.isascii() and plain.isdigit() and len(plain) >= MIN_PHONE
