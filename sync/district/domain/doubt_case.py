"""A doubt about a counter's month as people handle it: who may see it, object and decide, in which order. Pure.

Something unusual was found; that is no accusation. The unit's own side is heard before anybody above decides, a person
decides and says why, nothing is deleted, and nobody decides about their own counter.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from sync.district.domain.people import Role
from sync.district.domain.rights import Person

TIME_TO_OBJECT = timedelta(days=14)
"""So long the unit's side has the word before somebody above may decide without it."""
MIN_TEXT, MAX_TEXT = 8, 2_000


class DoubtAction(StrEnum):
    """What people do. ``SEE``: the doubt, no closer than released groups allow; ``SEE_MINUTES``: single presses by the
    minute, each look an audit entry."""

    SEE = "see"
    OBJECT = "object"
    DECIDE = "decide"
    SEE_MINUTES = "see_minutes"


class DoubtVerdict(StrEnum):
    """What a person came to. The values stand in the database. ``EXPLAINED``: there is an innocent cause;
    ``SET_ASIDE``: the presses in question are to be left out, so that both figures stand side by side."""

    EXPLAINED = "explained"
    SET_ASIDE = "set_aside"


class Near(StrEnum):
    """How close a person must stand to the unit in doubt: at the very counter, of the unit, of a unit above it, or
    anywhere."""

    COUNTER = "counter"
    UNIT = "unit"
    UNIT_OR_ABOVE = "unit_or_above"
    ABOVE = "above"
    ANYWHERE = "anywhere"


DOUBT_RIGHTS: Mapping[DoubtAction, Mapping[Role, Near]] = {
    DoubtAction.SEE: {
        Role.LEADER: Near.UNIT_OR_ABOVE,
        Role.INSPECTOR: Near.UNIT_OR_ABOVE,
        Role.OFFICER: Near.COUNTER,
        Role.AUDITOR: Near.ANYWHERE,
    },
    DoubtAction.OBJECT: {Role.LEADER: Near.UNIT, Role.OFFICER: Near.COUNTER},
    DoubtAction.DECIDE: {Role.LEADER: Near.ABOVE, Role.INSPECTOR: Near.ABOVE},
    DoubtAction.SEE_MINUTES: {Role.AUDITOR: Near.ANYWHERE},
}
"""Who may do what, and from where. Above it stand: nobody decides about a counter at which they sit, nor before the
unit's leader was heard or the unit let its time pass."""


class DoubtStep(Struct, frozen=True):
    """What somebody wrote, and as what. ``verdict``: ``None`` for an objection."""

    at: datetime
    person: str
    text: str
    verdict: DoubtVerdict | None = None
    role: Role | None = None


class DoubtCase(Struct, frozen=True):
    """A doubt about a counter, noted on a local day, with what was written about it so far, in order."""

    unit_id: str
    counter_id: str
    noted_on: date
    steps: tuple[DoubtStep, ...] = ()

    @property
    def objections(self) -> tuple[DoubtStep, ...]:
        return tuple(step for step in self.steps if step.verdict is None)

    @property
    def verdict(self) -> DoubtStep | None:
        """The newest one counts; all stay to be read."""
        return next((step for step in reversed(self.steps) if step.verdict is not None), None)

    def may_be_decided(self, today: date) -> bool:
        """Whether the unit's leader was heard, or the unit let its time pass. A word from the counter takes nothing of
        that time away."""
        return any(step.role is Role.LEADER for step in self.objections) or today > self.word_until

    @property
    def word_until(self) -> date:
        """The last day on which the unit's side alone has the word."""
        return self.noted_on + TIME_TO_OBJECT - timedelta(days=1)


def sees_doubts(role: Role) -> bool:
    """Whether people of this role see any doubt; for the others the pages do not exist."""
    return role in DOUBT_RIGHTS[DoubtAction.SEE]


class Sight(Struct, frozen=True):
    """Where the doubts are that somebody may see: in some units, at some counters; ``None``: everywhere."""

    units: frozenset[str] | None = None
    counters: frozenset[str] | None = None


def sight(person: Person) -> Sight:
    """Where to look for the doubts that a person may see; ``may`` decides about each."""
    match DOUBT_RIGHTS[DoubtAction.SEE].get(person.role):
        case Near.ANYWHERE:
            return Sight()
        case Near.COUNTER:
            return Sight(counters=person.counters)
        case Near.UNIT_OR_ABOVE:
            own = frozenset({person.unit_id}) if person.unit_id else frozenset[str]()
            return Sight(units=None if person.units is None else person.units | own)
        case _:
            return Sight(units=frozenset())


def may(person: Person, action: DoubtAction, case: DoubtCase, today: date) -> bool:
    """Whether a person may do something about a doubt now."""
    near = DOUBT_RIGHTS[action].get(person.role)
    if near is None or not _stands(person, near, case):
        return False
    if action is DoubtAction.OBJECT:
        return case.verdict is None
    if action is DoubtAction.DECIDE:
        wrote = {step.person for step in case.objections}
        return case.counter_id not in person.counters and person.user_name not in wrote and case.may_be_decided(today)
    return True


def _stands(person: Person, near: Near, case: DoubtCase) -> bool:
    at_counter = person.linked and bool(case.counter_id) and case.counter_id in person.counters
    of_unit = person.unit_id == case.unit_id
    above = not of_unit and (person.units is None or case.unit_id in person.units)
    return {
        Near.COUNTER: at_counter,
        Near.UNIT: of_unit,
        Near.UNIT_OR_ABOVE: of_unit or above,
        Near.ABOVE: above,
        Near.ANYWHERE: True,
    }[near]


def doubt_text(text: str) -> str:
    """What somebody wrote, its ends trimmed. Raises ``ValueError`` when it says nothing that a reader could use."""
    written = text.strip()
    if not MIN_TEXT <= len(written) <= MAX_TEXT:
        raise ValueError(f"say it in {MIN_TEXT} to {MAX_TEXT} letters")
    return written


def decided(cases: Sequence[DoubtCase]) -> dict[DoubtVerdict, int]:
    """How many doubts ended in each verdict: what the office's own rate of false alarms is made of."""
    ends = [case.verdict.verdict for case in cases if case.verdict]
    return {verdict: ends.count(verdict) for verdict in DoubtVerdict}
