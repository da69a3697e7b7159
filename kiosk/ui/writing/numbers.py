"""Format numbers in groups, as they are read aloud and printed: 0912 345 678; 1234 5678 9012 3456 7890. Pure."""

from kiosk.domain import phone_number
from kiosk.flow.state.text_input import Kind

_FOURS = (4, 8, 12, 16)


def grouped(kind: Kind, digits: str) -> str:
    """The digits with a space between their groups; any other text as it is.

    >>> grouped(Kind.PHONE, "0912345678"), grouped(Kind.PHONE, "02438253536"), grouped(Kind.RECEIPT_NUMBER, "12345")
    ('0912 345 678', '024 3825 3536', '1234 5')
    """
    shown, start = "", 0
    for end in _gaps(kind, digits):
        shown, start = f"{shown}{digits[start:end]} ", end
    return shown + digits[start:]


def place_of(kind: Kind, digits: str, caret: int) -> int:
    """How many characters of the grouped number stand before the caret that is behind so many digits."""
    return caret + sum(gap < caret for gap in _gaps(kind, digits))


def caret_of(kind: Kind, digits: str, place: int) -> int:
    """How many digits stand before a place in the grouped number."""
    return len(grouped(kind, digits)[:place].replace(" ", "")) if kind.digits_only else place


def _gaps(kind: Kind, digits: str) -> tuple[int, ...]:
    """After which digits a group ends."""
    if not kind.digits_only:
        return ()
    return phone_number.gaps(digits) if kind is Kind.PHONE else tuple(gap for gap in _FOURS if gap < len(digits))
