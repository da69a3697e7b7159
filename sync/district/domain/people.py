"""People of the district: their roles, and who is looking."""

from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What a user is to the district. An officer answers complaints; the head of the office is a leader; an auditor of
    the province sees figures finer than those of released groups, and each such look is written down. An administrator
    makes and ends accounts, and sees no complaint."""

    LEADER = "leader"
    INSPECTOR = "inspector"
    OFFICER = "officer"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class SignedIn(Struct, frozen=True):
    """Who is looking. ``unit_id`` ``None`` means every unit. Every form must carry ``form_token``. ``officer_number``:
    what is said about this officer or their counter is never shown to them. ``linked``: it is known which officer they
    are, or said that they are none; else no complaint is shown to them. ``confirmed``: their password was
    typed lately."""

    user_name: str
    role: Role
    unit_id: str | None
    form_token: str
    officer_number: str | None = None
    linked: bool = True
    confirmed: bool = True
