"""The written apology for a late dossier: one for each dossier, made, signed, and handed over. Pure.

An apology is its steps: each is written once, with who and when, and nothing is changed afterwards. What a citizen says
about having got one is no part of it, and stands beside it only as a figure of released groups.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.calendar import Holidays
from kiosk.domain.deadlines import is_working_day
from sync.district.domain.people import Role
from sync.district.domain.rights import Person
from sync.district.times import local_day

MIN_WORDS = 8
MAX_AGENCY = 160
MAX_PROMISE = timedelta(days=366)
"""A new day is at most a year ahead."""

_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


class ApologyAct(StrEnum):
    """What people do; ``MAKE``, ``SIGN`` and ``HAND_OVER`` stand in the database. ``SEE``: the register of late
    dossiers. ``SEE_OFFICERS``: who is late again. ``REVIEW``: write the minutes of a review."""

    SEE = "see"
    MAKE = "make"
    SIGN = "sign"
    HAND_OVER = "hand_over"
    SEE_OFFICERS = "see_officers"
    REVIEW = "review"


STEPS = (ApologyAct.MAKE, ApologyAct.SIGN, ApologyAct.HAND_OVER)
"""Each of these is written down as a step, in this order."""


class ApologyState(StrEnum):
    """How far it has come."""

    MADE = "made"
    SIGNED = "signed"
    HANDED_OVER = "handed_over"


_STATE_AFTER = dict(zip(STEPS, ApologyState, strict=True))


class Delivery(StrEnum):
    """How it was handed over. The values stand in the database."""

    IN_PERSON = "in_person"
    POST = "post"
    ELECTRONIC = "electronic"


class ApologyReach(StrEnum):
    """Of which dossiers: those of a counter at which somebody sits, or those of their units."""

    COUNTER = "counter"
    UNIT = "unit"


_WRITERS = {Role.OFFICER: ApologyReach.COUNTER, Role.LEADER: ApologyReach.UNIT}
_ABOVE = {Role.LEADER: ApologyReach.UNIT, Role.INSPECTOR: ApologyReach.UNIT}
_HEADS = {Role.LEADER: ApologyReach.UNIT}
APOLOGY_RIGHTS: Mapping[ApologyAct, Mapping[Role, ApologyReach]] = {
    ApologyAct.SEE: {**_WRITERS, Role.INSPECTOR: ApologyReach.UNIT},
    ApologyAct.MAKE: _WRITERS,
    ApologyAct.SIGN: _HEADS,
    ApologyAct.HAND_OVER: _WRITERS,
    ApologyAct.SEE_OFFICERS: _ABOVE,
    ApologyAct.REVIEW: _HEADS,
}
"""Who may do what, and of which dossiers. Colleagues never see who of them is late again, and nobody writes the minutes
of their own review."""


class DossierPlace(Struct, frozen=True):
    """Where a dossier belongs: its unit, and its counter where it has one."""

    unit_id: str
    counter_id: str | None


class ApologyStep(Struct, frozen=True):
    """What somebody did, and as what. ``day``: that of the letter, of the signature, of the handing over. ``cause_id``:
    the cause that whoever signed it named."""

    at: datetime
    person: str
    role: Role
    act: ApologyAct
    day: date
    delivery: Delivery | None = None
    cause_id: str | None = None


class Letter(Struct, frozen=True):
    """What an apology says. ``promised_on``: the new day, ``None`` where the result was returned already. ``agency``:
    the office that was waited for, empty where the cause names none. ``officer_number``: who handled the dossier."""

    dossier_code: str
    place: DossierPlace
    procedure_id: str | None
    officer_number: str | None
    received_on: date | None
    due_on: date
    promised_on: date | None
    cause_id: str
    agency: str
    reason: str


class Apology(Struct, frozen=True):
    """One apology. ``number``: from 1 in each unit and year, without a hole."""

    apology_id: int
    year: int
    number: int
    letter: Letter
    steps: tuple[ApologyStep, ...]

    @property
    def state(self) -> ApologyState:
        return _STATE_AFTER[self.steps[-1].act]

    @property
    def made_on(self) -> date:
        """The day of the letter."""
        return self.steps[0].day

    @property
    def label(self) -> str:
        """Its number as people write it, e.g. ``07/2026``."""
        return f"{self.number:02}/{self.year}"

    def step(self, act: ApologyAct) -> ApologyStep | None:
        """The step of a kind, if it was taken."""
        return next((each for each in self.steps if each.act is act), None)

    @property
    def cause_id(self) -> str:
        """Why the dossier was late: by the head who signed, else as it was proposed with the letter."""
        return self.named_cause or self.letter.cause_id

    @property
    def named_cause(self) -> str | None:
        """Why the dossier was late, by the head who signed; ``None`` before: whoever makes a letter may be the officer
        of whom the cause tells."""
        signed = self.step(ApologyAct.SIGN)
        return None if signed is None else signed.cause_id or self.letter.cause_id

    def differs_from(self, listed: str) -> bool:
        """Whether a number as a list writes it is that of another letter: ``7``, ``07/PXL-UBND`` and ``Số: 07/2026``
        are all number 7. The year counts where the list tells one; a text without any number says nothing."""
        number = _NUMBER.search(listed)
        if number is None:
            return False
        year = _YEAR.search(listed, number.end())
        return int(number[0]) != self.number or (year is not None and int(year[0]) != self.year)

    def until(self, last: date) -> "Apology":
        """As it was at the end of a day on or after that of the letter."""
        return replace(self, steps=tuple(each for each in self.steps if each.day <= last))

    @property
    def handed_on(self) -> date | None:
        """The day on which it was handed over."""
        step = self.step(ApologyAct.HAND_OVER)
        return None if step is None else step.day

    @property
    def was_in_time(self) -> bool:
        """Whether it was handed over before the day that had been promised (Nghị định 61/2018, Điều 19 khoản 9)."""
        return self.handed_on is not None and self.handed_on < self.letter.due_on

    def is_broken(self, returned_on: date | None, today: date) -> bool:
        """Whether the new day was not kept either."""
        promised = self.letter.promised_on
        return promised is not None and (returned_on or today) > promised


class LateDossier(Struct, frozen=True):
    """A dossier as the register shows it. ``days_late``: days past the promised one, until it was returned or today;
    0 on the day itself. ``returned_late``: returned after its day, or on it after its hour. ``listed_number`` and
    ``listed_on``: the apology of which the imported list tells."""

    dossier_code: str
    place: DossierPlace
    procedure_id: str | None
    officer_number: str | None
    received_on: date | None
    due_on: date | None
    returned_on: date | None
    listed_number: str
    listed_on: date | None
    returned_late: bool = False

    def days_late(self, today: date) -> int:
        """How many days it is or was late; 0 when nothing was promised."""
        return 0 if self.due_on is None else max(0, ((self.returned_on or today) - self.due_on).days)

    @property
    def is_listed(self) -> bool:
        """Whether the one-stop software has an apology for it."""
        return bool(self.listed_number) or self.listed_on is not None

    def differs_from(self, apology: Apology) -> bool:
        """Whether the list tells of another apology than ours, so that there were two."""
        return apology.differs_from(self.listed_number)


class SecondApology(Struct, frozen=True):
    """Somebody tried to make a second apology for a dossier, which was refused."""

    dossier_code: str
    place: DossierPlace
    at: datetime
    person: str

    @property
    def on(self) -> date:
        """The local day."""
        return local_day(self.at)


class ReviewOutcome(StrEnum):
    """What a review came to. The values stand in the database."""

    NO_FAULT = "no_fault"
    REMINDED = "reminded"
    CRITICISED = "criticised"
    REFERRED = "referred"


class LateReview(Struct, frozen=True):
    """The minutes of a review of an officer's late dossiers from one day to another, both included. ``n``: how many of
    them there were then. ``number``: from 1 in each unit and year of the meeting; 0 before they are kept."""

    review_id: int
    unit_id: str
    officer_number: str
    first: date
    last: date
    n: int
    held_on: date
    present: str
    statement: str
    concluded: str
    outcome: ReviewOutcome
    at: datetime
    person: str
    number: int = 0


def sees_late(role: Role) -> bool:
    """Whether people of this role see any register of late dossiers; for the others the pages do not exist."""
    return role in APOLOGY_RIGHTS[ApologyAct.SEE]


def may(person: Person, act: ApologyAct, place: DossierPlace) -> bool:
    """Whether a person may do this about the dossiers of a place at all."""
    match APOLOGY_RIGHTS[act].get(person.role):
        case ApologyReach.COUNTER:
            return person.linked and place.counter_id is not None and place.counter_id in person.counters
        case ApologyReach.UNIT:
            return person.linked and (person.units is None or place.unit_id in person.units)
        case _:
            return False


def may_review(person: Person, unit_id: str, officer_number: str) -> bool:
    """Whether a person may write the minutes of an officer's review: a head, never of their own."""
    own = person.officer_number == officer_number
    return not own and may(person, ApologyAct.REVIEW, DossierPlace(unit_id, None))


def may_make(person: Person, dossier: LateDossier, apology: Apology | None) -> bool:
    """Whether a person may make the apology of a dossier: there is none yet, here or in the list."""
    fits = needs_apology(dossier) and apology is None and not dossier.is_listed
    return fits and may(person, ApologyAct.MAKE, dossier.place)


def needs_apology(dossier: LateDossier) -> bool:
    """Whether there is anything to apologise for: a promised day, and no result yet (the letter goes out before the day
    where the office knows) or one that was late."""
    return dossier.due_on is not None and (dossier.returned_on is None or dossier.returned_late)


def is_second_try(person: str, opened_at: datetime | None, apology: Apology | None) -> bool:
    """Whether whoever sends the form for a dossier that has an apology meant a second one: not who made the first and
    sends again, nor whose form was opened (``opened_at``) before there was one. ``apology``: ours, ``None`` where only
    the list tells of one."""
    if apology is None:
        return opened_at is None
    made = apology.steps[0]
    return made.person != person and (opened_at is None or opened_at > made.at)


def next_step(person: Person, apology: Apology, dossier: LateDossier) -> ApologyAct | None:
    """What a person may do to an apology now: each step follows the one before it, and none while the list tells of
    another letter for the dossier. A head who handled the dossier does not sign: with the signature goes why it was
    late."""
    at = STEPS.index(apology.steps[-1].act) + 1
    if at == len(STEPS) or dossier.differs_from(apology) or waits_for_another(person, apology, dossier):
        return None
    return STEPS[at] if may(person, STEPS[at], dossier.place) else None


def waits_for_another(person: Person, apology: Apology, dossier: LateDossier) -> bool:
    """Whether somebody else has to sign, because a head is the officer concerned."""
    handled = {dossier.officer_number, apology.letter.officer_number} - {None}
    signs = apology.state is ApologyState.MADE and may(person, ApologyAct.SIGN, dossier.place)
    return signs and person.officer_number in handled


def day_of_step(day: date, apology: Apology, today: date) -> date:
    """The day of a step. Raises ``ValueError`` for one after today or before the step before it."""
    if not apology.steps[-1].day <= day <= today:
        raise ValueError(f"{day} is not between {apology.steps[-1].day} and {today}")
    return day


class NoNewDay(ValueError):
    """A day that no apology may promise. ``key`` names the sentence that says why."""

    def __init__(self, key: str, day: date | None) -> None:
        super().__init__(f"{day} is no new day: {key}")
        self.key = key


def new_promise(day: date | None, dossier: LateDossier, today: date, holidays: Holidays) -> date | None:
    """The new day that an apology promises: a working day after today and after the day that was promised, at most a
    year ahead; none for a dossier whose result was returned. Raises ``NoNewDay`` for any other."""
    if dossier.returned_on is not None:
        return None
    if day is None or day <= today or (dossier.due_on is not None and day <= dossier.due_on):
        raise NoNewDay("promised", day)
    if day > today + MAX_PROMISE:
        raise NoNewDay("promised_far", day)
    if not is_working_day(day, holidays):
        raise NoNewDay("promised_off", day)
    return day
