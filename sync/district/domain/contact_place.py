"""What may be written about where a unit receives citizens. Pure."""

import re

from msgspec import Struct

from sync.district.domain.typed import clean

MAX_LENGTHS = {"name": 160, "address": 200, "phone": 40, "hours": 200}
"""As in a list that is imported; kiosks have no room for more."""
_DIGITS = re.compile(r"[0-9]", re.ASCII)


class ContactPlace(Struct, frozen=True):
    """The place's name, address, telephone and hours, in the office's own words; never a person's name or number."""

    name: str
    address: str = ""
    phone: str = ""
    hours: str = ""


class WrongPlace(ValueError):
    """A field that cannot be taken as it is; the value is its name."""


def contact_place(name: str, address: str, phone: str, hours: str) -> ContactPlace:
    """What somebody typed, one line each. Raises ``WrongPlace``: for a place without a name, for a text that is too
    long, and for a telephone that nobody could dial."""
    typed = {"name": name, "address": address, "phone": phone, "hours": hours}
    place = {field: " ".join(clean(text).split()) for field, text in typed.items()}
    for field, text in place.items():
        if len(text) > MAX_LENGTHS[field]:
            raise WrongPlace(field)
    if not place["name"]:
        raise WrongPlace("name")
    if place["phone"] and len(_DIGITS.findall(place["phone"])) < 3:
        raise WrongPlace("phone")
    return ContactPlace(**place)
