"""Reference data: the units, counters, officers, procedures and dossiers that both ends speak of.

Dates are local calendar dates in Việt Nam. A row is in force from ``valid_from`` up to and including ``valid_to``;
``None`` means open. No field holds a citizen's name: an officer is a number and a post.
"""

from datetime import date
from enum import StrEnum
from typing import Any

from msgspec import Struct, field


class Unit(Struct, frozen=True):
    """A node of the unit tree: a province, a commune, a counter hall. ``level`` is data, never a rule."""

    unit_id: str
    name: str
    level: str
    parent_id: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Counter(Struct, frozen=True):
    """A counter (quầy) of a one-stop office."""

    counter_id: str
    unit_id: str
    name: str
    field: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class Officer(Struct, frozen=True):
    """An officer by card number and post; the counter is where they sit today."""

    officer_number: str
    unit_id: str
    post: str
    counter_id: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Procedure(Struct, frozen=True):
    """An administrative procedure (TTHC) with its national code, e.g. ``1.001612``."""

    procedure_id: str
    name: str
    field: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class Dossier(Struct, frozen=True):
    """A dossier as the one-stop software knows it, without any name."""

    dossier_code: str
    procedure_id: str | None = None
    counter_id: str | None = None
    officer_number: str | None = None
    received_on: date | None = None
    due_on: date | None = None
    returned_on: date | None = None


class NoticeKind(StrEnum):
    """What a notice card is about; it decides the card's drawing and heading."""

    INDEX = "index"
    ANSWERED = "answered"
    CONTACT = "contact"
    BRING = "bring"
    HOW = "how"
    GENERAL = "general"


class Notice(Struct, frozen=True):
    """A card on the idle screen, for a unit and everything below it. Cards are shown by ``position``, then by id.

    ``translations``: language → ``{"title": …, "text": …}``; what is missing is said in Vietnamese. ``link`` is shown
    as a QR code.
    """

    notice_id: str
    unit_id: str
    kind: str
    title: str
    text: str = ""
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    link: str = ""
    position: int = 0
    valid_from: date | None = None
    valid_to: date | None = None

    def said_in(self, language: str) -> tuple[str, str]:
        """Title and text in a language, or in Vietnamese where the translation lacks a title."""
        own = self.translations.get(language, {})
        return (own["title"], own.get("text", "")) if own.get("title") else (self.title, self.text)


class OpeningHours(Struct, frozen=True):
    """When a unit, and every unit below it that has no hours of its own, serves citizens on some days of the week.

    ``weekdays``: ISO digits, ``"12345"`` is Monday to Friday. ``morning`` and ``afternoon``: ``"07:30-11:30"``, local
    time; empty when closed. Several rows of a unit add up (a Saturday morning beside the week).
    """

    hours_id: str
    unit_id: str
    weekdays: str
    morning: str = ""
    afternoon: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class Reception(Struct, frozen=True):
    """Where khiếu nại and tố cáo are handed in (nơi tiếp công dân), for a unit and everything below it without one.

    Names and numbers of offices, never of a person; ``hours`` in the office's own words.
    """

    unit_id: str
    name: str
    address: str = ""
    phone: str = ""
    hours: str = ""


class Wording(Struct, frozen=True):
    """A versioned text that citizens read and choose from. ``kind``: ``consent`` or ``sentences``; the content is read
    by ``kiosk.domain.wording``. Of several in force the one with the latest ``valid_from`` counts."""

    wording_id: str
    kind: str
    content: dict[str, Any]
    valid_from: date | None = None
    valid_to: date | None = None


def in_force(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Whether a row is in force on a day; both ends belong to it, ``None`` is open."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)
