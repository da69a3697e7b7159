"""Reference data: the units, counters, officers, procedures and dossiers known to both ends.

Each kind is declared here once: the tables of both ends, the rows of the snapshot and the fields an import may fill are
made from its class (``kiosk.domain.reference_fields``) and its row in ``KINDS``. The migrations alone spell it again.

Dates are local calendar dates in Việt Nam. A row is in force from ``valid_from`` up to and including ``valid_to``;
``None`` means open. No field holds a citizen's name: an officer is a number and a post.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from msgspec import Struct, field

from kiosk.domain.reference_fields import Code, Key, MaxLength, Word


class Unit(Struct, frozen=True):
    """A node of the unit tree: a province, a commune, a counter hall. ``level`` is data, never a rule."""

    unit_id: Key[Code]
    name: str
    level: Word
    parent_id: Code | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Counter(Struct, frozen=True):
    """A counter (quầy) of a one-stop office."""

    counter_id: Key[Code]
    unit_id: Code
    name: str
    field: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class Officer(Struct, frozen=True):
    """An officer by card number and post; the counter is where they sit today."""

    officer_number: Key[Code]
    unit_id: Code
    post: str
    counter_id: Code | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Procedure(Struct, frozen=True):
    """An administrative procedure (TTHC) with its national code, e.g. ``1.001612``."""

    procedure_id: Key[Code]
    name: str
    field: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class Dossier(Struct, frozen=True):
    """A dossier as the one-stop software knows it, without any name. ``apologised_on``: when a written apology for its
    being late was handed over."""

    dossier_code: Key[Code]
    procedure_id: Code | None = None
    counter_id: Code | None = None
    officer_number: Code | None = None
    received_on: date | None = None
    due_on: date | None = None
    returned_on: date | None = None
    apologised_on: date | None = None


class UnitRecord(Unit, frozen=True):
    """A unit as the district keeps it. ``successor_id``: the unit that took over its work when it was closed or merged;
    of one that was split, the one that carries on its figures, or none."""

    successor_id: Code | None = None


class DossierRecord(Dossier, frozen=True):
    """A dossier as the district keeps it: with the time of day (``HH:MM``, Việt Nam) where the software told one, and
    the number of its apology. ``office_due_on``, ``office_done_on``: until when the office that handles it had to be
    done with it, and when it was, apart from the time at others."""

    received_time: Word | None = None
    due_time: Word | None = None
    returned_time: Word | None = None
    apology_number: Word | None = None
    office_due_on: date | None = None
    office_due_time: Word | None = None
    office_done_on: date | None = None
    office_done_time: Word | None = None


TIME_OF: Mapping[str, str] = {
    "received_on": "received_time",
    "due_on": "due_time",
    "returned_on": "returned_time",
    "office_due_on": "office_due_time",
    "office_done_on": "office_done_time",
}
"""Which field holds the time of day that goes with a date."""

STAYS_GIVEN = frozenset({"apologised_on", "apology_number"})
"""Fields that an empty cell does not empty unless somebody agrees: an apology that was given stays given."""


class NoticeKind(StrEnum):
    """What a notice card is about; it decides the card's drawing and heading."""

    INDEX = "index"
    ANSWERED = "answered"
    CONTACT = "contact"
    BRING = "bring"
    HOW = "how"
    GENERAL = "general"


class Notice(Struct, frozen=True):
    """A card on a kiosk's screens, for a unit and everything below it. Cards are shown by ``position``, then by id.

    ``translations``: language → ``{"title": …, "text": …}``; what is missing is said in Vietnamese. ``link`` is shown
    as a QR code.
    """

    notice_id: Key[Code]
    unit_id: Code
    kind: Word
    title: str
    text: str = ""
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    link: str = ""
    position: int = 0
    valid_from: date | None = None
    valid_to: date | None = None

    def text_in(self, language: str) -> tuple[str, str]:
        """Title and text in a language, or in Vietnamese where the translation lacks a title."""
        own = self.translations.get(language, {})
        return (own["title"], own.get("text", "")) if own.get("title") else (self.title, self.text)


class OpeningHours(Struct, frozen=True):
    """When a unit, and every unit below it that has no hours of its own, serves citizens on some days of the week.

    ``weekdays``: ISO digits, ``"12345"`` is Monday to Friday. ``morning`` and ``afternoon``: ``"07:30-11:30"``, local
    time; empty when closed. Several rows of a unit add up (a Saturday morning beside the week).
    """

    hours_id: Key[Code]
    unit_id: Code
    weekdays: Annotated[str, MaxLength(7)]
    morning: Annotated[str, MaxLength(16)] = ""
    afternoon: Annotated[str, MaxLength(16)] = ""
    valid_from: date | None = None
    valid_to: date | None = None


class Reception(Struct, frozen=True):
    """Where khiếu nại and tố cáo are handed in (nơi tiếp công dân), for a unit and everything below it without one.

    Names and numbers of offices, never of a person; ``hours`` in the office's own words.
    """

    unit_id: Key[Code]
    name: str
    address: str = ""
    phone: str = ""
    hours: str = ""


class Wording(Struct, frozen=True):
    """A versioned text that citizens read and choose from. ``kind``: ``consent`` or ``sentences``; the content is read
    by ``kiosk.domain.wording``. Of several in force the one with the latest ``valid_from`` counts."""

    wording_id: Key[Code]
    kind: Word
    content: dict[str, Any]
    valid_from: date | None = None
    valid_to: date | None = None


class QuestionnaireRow(Struct, frozen=True):
    """A questionnaire as parsed by ``kiosk.domain.questionnaire.questionnaire_from``."""

    questionnaire_id: Key[Code]
    version: Key[int]
    content: dict[str, Any]


class CounterPin(Struct, frozen=True):
    """The Argon2id hash (libsodium ``crypto_pwhash_str``) of the PIN with which a counter's staff see its tallies."""

    counter_id: Key[Code]
    pin_hash: str


class OfficerPin(Struct, frozen=True):
    """The PIN with which an officer signs in at the kiosks of their own unit: its Argon2id hash (libsodium
    ``crypto_pwhash_str``), never the PIN. ``staff_id`` is drawn once for each officer: the ledger names them by it."""

    officer_number: Key[Code]
    staff_id: Code
    pin_hash: str = ""


class Portrait(Struct, frozen=True):
    """The picture of an officer of the asking box's own unit: a small square JPEG, and the district's signature over it
    (``sync.protocol.chain.sign_portrait``), both as base64 text. A box shows none that is not signed."""

    officer_number: Key[Code]
    picture: str = ""
    signature: str = ""


class TallyRow(Struct, frozen=True):
    """The district's released count of one answer at one counter on one finished day: whole groups of ratings of at
    least five dossiers, each counted on its last day."""

    day: Key[date]
    counter_id: Key[Code]
    question_id: Key[Code]
    answer: Key[Code]
    n: int


class CounterPeriod(Struct, frozen=True):
    """What the district has released about a counter in a period: what the counter's page at the district tells.

    ``period``: ``week`` and ``week_before`` (seven days each), ``month`` and ``month_before`` (of the calendar, the
    running one up to ``last_day``). ``content`` is read by ``kiosk.domain.counter_figures``.
    """

    counter_id: Key[Code]
    period: Key[Word]
    first_day: date
    last_day: date
    content: dict[str, Any]


class CounterNotesRow(Struct, frozen=True):
    """What the district tells a counter's staff in words: ``content`` is read by ``kiosk.domain.counter_notes``, and
    the district's signature over it (``sync.protocol.chain.sign_counter_notes``) is base64 text. A box shows none that
    is not signed: nobody puts words into a citizen's mouth."""

    counter_id: Key[Code]
    content: dict[str, Any]
    signature: str = ""


class Roster(Struct, frozen=True):
    """Who is on duty at a unit, from ``first_day`` to ``last_day``, both included: nothing is known of other days.
    ``content`` is read by ``kiosk.domain.roster``."""

    unit_id: Key[Code]
    first_day: date
    last_day: date
    content: dict[str, Any]


class HolidayList(Struct, frozen=True):
    """One year's holidays and exchanged days, as read by ``kiosk.domain.calendar.holidays_from``."""

    year: Key[int]
    content: dict[str, Any]


class ComplaintAnswer(Struct, frozen=True):
    """How one complaint stands, closed so that only its receipt number opens it (``sync.protocol.receipt_lookup``).

    ``closed`` is base64 text of ``close({"state", "office", "received_on", "due_on", "answered_on", "answer",
    "as_of", "conclusion", "under_review"})``: ``state`` as in ``kiosk.domain.complaint.State``, dates ``YYYY-MM-DD`` or
    null, ``answer`` what the citizen reads, empty before there is one. ``conclusion`` as in
    ``kiosk.domain.complaint.ConclusionResult`` or null, ``under_review`` a boolean; an older district sends neither.
    """

    lookup_id: Key[Word]
    closed: str


class ThisBox(Struct, frozen=True):
    """What the district says to the asking device alone: its number (10000–99999, no other device's), and the address
    of the public page that a receipt's QR code opens, empty while there is none.

    ``receipt_salt``: base64 of the 16 bytes with which numbers of 20 digits are looked up, the same for all kiosks of
    the district; empty from a district that knows 16 digits only.
    ``set_aside``: how many entries of the device the district signed for and cannot count, by the reason, which is a
    sentence in English for the box's technician.
    ``question_days``: within how many working days this district answers a citizen's question about a procedure; 0
    from one that takes none apart from other matters.
    ``entry_version``: what the district can read. 1: ratings of recipe 1 and the types of entries that were there from
    the beginning; 2: those of recipe 2 too, and the types ``visits``, ``staff_signed_out`` and ``moved``; 3: the
    type ``supplement`` too; 4: ratings of recipe 3, the types ``invitations`` and ``queue_times`` too, officers
    known by the duty roster, and the receipt's token in a ``verdict``; 5: the type ``withdrawal`` too.
    """

    device_id: Key[Code]
    box_number: int
    public_url: str = ""
    set_aside: dict[str, Any] = field(default_factory=dict)
    receipt_salt: str = ""
    entry_version: int = 1
    question_days: int = 0


ENTRIES_OF_2 = 2
"""The ``entry_version`` of a district that reads how a rating was given, and what a box notes of its own use."""
SUPPLEMENTS = 3
"""The ``entry_version`` of a district that reads answers to its questions."""
ENTRIES_OF_4 = 4
"""The ``entry_version`` of a district that reads what a ticket system led to too."""
ENTRIES_OF_5 = 5
"""The ``entry_version`` of a district that reads all this release writes, a withdrawal of consent too."""


class Audience(StrEnum):
    """Which kiosks get a row of reference data."""

    EVERY_KIOSK = "every kiosk"
    UNIT = "kiosks of the row's unit and of every unit above it"
    NEAR_UNIT = "those, and kiosks of every unit below it"
    COUNTER = "kiosks whose unit, or a unit below it, has the row's counter"
    OFFICER = "kiosks of the officer's own unit"
    ONE_KIOSK = "made for the kiosk that asks; the district keeps no table of it"


class ReferenceKind(Struct, frozen=True):
    """One kind of reference data: a table at the district, in the snapshot and on the kiosk; ``row`` has its fields.

    ``from_file``: ``district import`` reads its rows from a table whose columns ``config/schemes/import-columns.toml``
    names. ``moves``: a row may be given to another unit, and a kiosk that had it must hear that it is gone.
    ``kept``: what the district keeps when that is more than kiosks get.
    """

    row: type[Struct]
    audience: Audience
    from_file: bool = False
    moves: bool = False
    kept: type[Struct] | None = None

    @property
    def record(self) -> type[Struct]:
        """A row as the district keeps it."""
        return self.kept or self.row


KINDS: Mapping[str, ReferenceKind] = {
    "units": ReferenceKind(Unit, Audience.NEAR_UNIT, from_file=True, kept=UnitRecord),
    "counters": ReferenceKind(Counter, Audience.UNIT, from_file=True),
    "officers": ReferenceKind(Officer, Audience.UNIT, from_file=True, moves=True),
    "portraits": ReferenceKind(Portrait, Audience.OFFICER),
    "procedures": ReferenceKind(Procedure, Audience.EVERY_KIOSK, from_file=True),
    "dossiers": ReferenceKind(Dossier, Audience.COUNTER, from_file=True, kept=DossierRecord),
    "questionnaires": ReferenceKind(QuestionnaireRow, Audience.EVERY_KIOSK),
    "counter_pins": ReferenceKind(CounterPin, Audience.COUNTER),
    "officer_pins": ReferenceKind(OfficerPin, Audience.OFFICER),
    "notices": ReferenceKind(Notice, Audience.NEAR_UNIT, from_file=True, moves=True),
    "opening_hours": ReferenceKind(OpeningHours, Audience.NEAR_UNIT, from_file=True, moves=True),
    "holidays": ReferenceKind(HolidayList, Audience.EVERY_KIOSK),
    "tallies": ReferenceKind(TallyRow, Audience.ONE_KIOSK),
    "counter_periods": ReferenceKind(CounterPeriod, Audience.ONE_KIOSK),
    "counter_notes": ReferenceKind(CounterNotesRow, Audience.ONE_KIOSK),
    "rosters": ReferenceKind(Roster, Audience.ONE_KIOSK),
    "receptions": ReferenceKind(Reception, Audience.NEAR_UNIT, from_file=True),
    "wordings": ReferenceKind(Wording, Audience.EVERY_KIOSK),
    "complaint_answers": ReferenceKind(ComplaintAnswer, Audience.NEAR_UNIT),
    "this_box": ReferenceKind(ThisBox, Audience.ONE_KIOSK),
}
"""By the name of the table, in the order in which the snapshot sends them."""


def in_force(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Whether a row is in force on a day; both ends belong to it, ``None`` is open."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)
