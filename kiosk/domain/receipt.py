"""The receipt of a complaint: a number made on the kiosk, and a stronger token for the QR code.

A number has 20 digits in groups of four: eighteen drawn at random and two check digits after ISO 7064 MOD 97-10. These
find every single wrong digit and every two swapped ones: 97 is prime, and the powers of ten up to 95 differ modulo 97.
Two boxes make the same number once in 10^18 draws; the district flags it and keeps both.

Numbers of 16 digits were made before the district had a salt for them, and stay valid: five digits of the box (the
district gives every device one of its own), nine at random, two check digits.

Who knows the number may ask how the matter stands. What is shown for it travels to every kiosk of the area, so it is
closed with a key that only the number gives (``sync.protocol.receipt_lookup``): whoever copies the disk of a kiosk has
to try numbers. That is why none of the twenty digits tells the box: all that are not check digits are unknown to him.
"""

import re
import secrets
from collections.abc import Callable

from kiosk.domain.hidden import Hidden, StructWithHidden

DIGITS = 20
BOX_DIGITS = 16
GROUP = 4
TOKEN_BYTES = 16
FIRST_BOX, LAST_BOX = 10_000, 99_999
_RANDOM, _BOX_RANDOM = 10**18, 10**9
_MODULUS = 97
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


class NotAReceipt(ValueError):
    """The digits are not a receipt number: one is wrong, missing, or too many."""


class Receipt(StructWithHidden, frozen=True):
    """``number``: 20 or 16 digits without spaces. ``token``: 16 random bytes in URL-safe base64, 22 characters."""

    number: Hidden[str]
    token: Hidden[str]


def mint(taken: Callable[[str], bool] = lambda _: False) -> Receipt:
    """A new receipt. ``taken`` says whether the box has given a number out before."""
    return _drawn(lambda: f"{secrets.randbelow(_RANDOM):018}", taken)


def mint_of_box(box_number: int, taken: Callable[[str], bool] = lambda _: False) -> Receipt:
    """A new receipt of 16 digits, which a district without a salt understands.

    Raises ``ValueError`` for a box number outside 10000–99999.
    """
    if not FIRST_BOX <= box_number <= LAST_BOX:
        raise ValueError(f"{box_number} is not a box number; it lies between {FIRST_BOX} and {LAST_BOX}")
    return _drawn(lambda: f"{box_number}{secrets.randbelow(_BOX_RANDOM):09}", taken)


def _drawn(draw: Callable[[], str], taken: Callable[[str], bool]) -> Receipt:
    while True:
        number = checked(draw())
        if not taken(number):
            return Receipt(number, secrets.token_urlsafe(TOKEN_BYTES))


def checked(digits: str) -> str:
    """The digits with their two check digits (ISO 7064 MOD 97-10) at the end."""
    return f"{digits}{98 - int(digits) * 100 % _MODULUS:02}"


def read(text: str) -> str:
    """The number in what somebody typed or scanned, spaces, dots and dashes left out. Raises ``NotAReceipt``."""
    digits = "".join(character for character in text if character not in " .-\u00a0\t\r\n")
    plain = digits.isascii() and digits.isdigit() and len(digits) in (DIGITS, BOX_DIGITS)
    if not (plain and int(digits) % _MODULUS == 1):
        raise NotAReceipt("not a receipt number")
    return digits


def link(public_url: str, receipt: Receipt) -> str:
    """What the QR code says: the district's page with the token, and behind ``#``, which no browser sends, the number
    for a kiosk's scanner. Without a page, the number alone.

    >>> link("https://mot-cua.example/bn/", Receipt("1000012345678942", "AbC"))
    'https://mot-cua.example/bn/AbC#1000012345678942'
    """
    return f"{public_url.rstrip('/')}/{receipt.token}#{receipt.number}" if public_url else receipt.number


def page_in_letters(public_url: str) -> str:
    """The page's address as a person types it.

    >>> page_in_letters("https://mot-cua.example/bn/")
    'mot-cua.example/bn'
    """
    return public_url.removeprefix("https://").removeprefix("http://").rstrip("/")


def scanned(text: str) -> str | None:
    """The number in what a scanner read from a receipt, ``None`` when it is something else."""
    try:
        return read(text.rpartition("#")[2])
    except NotAReceipt:
        return None


def token_in(text: str) -> str:
    """The token in what a scanner read from a receipt's QR code; empty where there is none.

    >>> token_in("https://mot-cua.example/bn/AbCdEfGhIjKlMnOpQrStUv#1000012345678942"), token_in("1000012345678942")
    ('AbCdEfGhIjKlMnOpQrStUv', '')
    """
    page, _, _ = text.rpartition("#")
    token = page.rpartition("/")[2]
    return token if _TOKEN.fullmatch(token) else ""


def grouped(number: str) -> str:
    """In groups of four, as it is shown, printed and typed: ``6120 0123 4567 8942 0047``."""
    return " ".join(number[start : start + GROUP] for start in range(0, len(number), GROUP))
