"""Decide by what a citizen can be reached. Pure."""

import re

from kiosk.domain.phone_number import is_phone
from kiosk.flow.state.complaint_draft import Reach

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*\.[A-Za-z]{2,}")


def reachable(reach: Reach, contact: str) -> bool:
    """Whether this can be a telephone number, an address or an e-mail address: a number with a digit
    missing, or an address without its host, is never answered."""
    match reach:
        case Reach.PHONE:
            return is_phone(contact)
        case Reach.EMAIL:
            return _EMAIL.fullmatch(contact.strip()) is not None
    return bool(contact.strip())
