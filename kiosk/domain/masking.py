"""Mask a name, a number or an address where the whole of it is not needed.

Only the district shows the whole, to who handles the complaint, and writes down that it did.
"""

STARS = "***"


def masked_phone(phone: str) -> str:
    """The first two and the last three digits.

    >>> masked_phone("0912 345 123")
    '09xx***123'
    """
    digits = "".join(letter for letter in phone if letter.isdigit())
    return f"{digits[:2]}xx{STARS}{digits[-3:]}" if len(digits) >= 8 else STARS


def masked_email(email: str) -> str:
    """The first letter, and the host.

    >>> masked_email("nguyen.an@gmail.com")
    'n***@gmail.com'
    """
    name, at, host = email.strip().rpartition("@")
    return f"{name[:1]}{STARS}@{host}" if at and len(name) > 1 else STARS


def masked_name(name: str) -> str:
    """The first letters of its words: who knows the person sees that it is theirs, nobody else learns a name.

    >>> masked_name("Nguyễn Thị Ánh")
    'N. T. Á.'
    """
    return " ".join(f"{word[0]}." for word in name.split()) or STARS


def masked_address(address: str) -> str:
    """Its last part, usually the commune or province; nothing of a place with one part.

    >>> masked_address("12 Lê Lợi, thôn 3, xã Ea Kao")
    '***, xã Ea Kao'
    """
    _, comma, last = address.rpartition(",")
    return f"{STARS}, {last.strip()}" if comma and last.strip() else STARS


def masked_number(number: str) -> str:
    """The last four digits of a receipt number: enough to compare with a paper, too few to ask with.

    >>> masked_number("1000012345678901")
    '************8901'
    """
    return "*" * max(len(number) - 4, 0) + number[-4:] if len(number) > 8 else STARS
