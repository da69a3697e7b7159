"""Find who sat at the counter of a rating: by a card, or by the duty roster."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from kiosk.domain.rating import OfficerKnownBy
from kiosk.domain.roster import DutyShift, on_duty
from sync.district.domain.attribution import OfficerNamedBy
from sync.district.domain.card_seats import CardSeat, seated_by_card
from sync.district.domain.deduplicate import Rated
from sync.district.domain.rating_body import RatingBody, Sealed
from sync.district.store import projections as store
from sync.district.store.card_seats import card_seats, resting_on_cards
from sync.district.store.engine import Connection
from sync.district.store.erased_entries import Place
from sync.district.store.moments import sure_moments
from sync.district.store.rosters import shifts_at
from sync.district.times import VIETNAM, local_day

Rosters = Mapping[tuple[str, str], Sequence[DutyShift]]
"""The shifts of a unit's counter."""


class Seated(Struct, frozen=True):
    """Who sat at a rating's counter, and how that is known; both ``None`` for nobody."""

    officer_number: str | None = None
    by: str | None = None


class Seating(Struct, frozen=True):
    """What rosters and cards say about some ratings."""

    rosters: Rosters
    cards: Sequence[CardSeat]

    @property
    def officers(self) -> set[str]:
        """Everybody whom they name."""
        rostered = {each.officer_number for shifts in self.rosters.values() for each in shifts}
        return rostered | {each.officer_number for each in self.cards}

    def of(self, entry: Sealed, body: RatingBody) -> Seated:
        """Who sat there as a rating was given, by what the kiosk knew then; nobody where a card and the roster, which
        the kiosk may not have had yet, name two people."""
        rostered = _rostered(self.rosters, body.unit_id, body.counter_id, body.happened_at)
        match body.circumstances.officer_known_by:
            case OfficerKnownBy.CARD:
                place = (entry.device_id, entry.epoch, entry.seq)
                return _by_card(self.cards, place, body.counter_id, rostered)
            case OfficerKnownBy.DUTY if rostered:
                return Seated(rostered, str(OfficerNamedBy.DUTY))
        return Seated()


def seating_of(connection: Connection, entries: Sequence[tuple[Sealed, RatingBody]]) -> Seating:
    """What rosters and cards say about the ratings that arrived."""
    by_card = [
        (entry.device_id, entry.epoch, entry.seq)
        for entry, body in entries
        if body.circumstances.officer_known_by == OfficerKnownBy.CARD
    ]
    return Seating(_rosters_for(connection, [body for _, body in entries]), _cards_before(connection, by_card))


def seat_again(connection: Connection, signed_in: Sequence[Place]) -> None:
    """Looks anew who sat there, for ratings after sign-ins that have just been read: a kiosk's entries may be opened in
    another order than they were written in. Hold ``Lock.PROJECTION``."""
    before = store.ratings_by_id(connection, resting_on_cards(connection, signed_in))
    cards = _cards_before(connection, [(each.device_id, each.epoch, each.seq) for each in before])
    moments = sure_moments(connection, [each.entry_id for each in before])
    rosters = _shifts(connection, [(each.counter_id, moments.get(each.entry_id)) for each in before])
    store.attribute_seated(
        connection, before, [_again(each, cards, rosters, moments.get(each.entry_id)) for each in before]
    )


def _again(
    rated: Rated, cards: Sequence[CardSeat], rosters: Rosters, at: datetime | None
) -> tuple[str | None, str | None]:
    rostered = _rostered(rosters, rated.unit_id, rated.counter_id, at)
    found = _by_card(cards, (rated.device_id, rated.epoch, rated.seq), rated.counter_id, rostered)
    return found.officer_number, found.by


def _by_card(cards: Sequence[CardSeat], place: Place, counter_id: str | None, rostered: str | None) -> Seated:
    officer = seated_by_card(cards, *place, counter_id)
    agreed = officer and rostered in (None, officer)
    return Seated(officer, str(OfficerNamedBy.CARD)) if agreed else Seated()


def _rostered(rosters: Rosters, unit_id: str, counter_id: str | None, at: datetime | None) -> str | None:
    """Whom the roster names, as it stood at last for that time: what has passed is never changed in it."""
    if counter_id is None or at is None:
        return None
    found = on_duty(rosters.get((unit_id, counter_id), ()), counter_id, at.astimezone(VIETNAM))
    return found.officer_number if found else None


def _cards_before(connection: Connection, places: Iterable[Place]) -> list[CardSeat]:
    ledgers: dict[tuple[str, int], tuple[int, int]] = {}
    for device_id, epoch, seq in places:
        first, last = ledgers.get((device_id, epoch), (seq, seq))
        ledgers[device_id, epoch] = min(first, seq), max(last, seq)
    return card_seats(connection, ledgers)


def _rosters_for(connection: Connection, bodies: Sequence[RatingBody]) -> Rosters:
    """The shifts of the counters and days of those that the roster may have a word about."""
    asked = [
        each for each in bodies if each.circumstances.officer_known_by in (OfficerKnownBy.DUTY, OfficerKnownBy.CARD)
    ]
    return _shifts(connection, [(each.counter_id, each.happened_at) for each in asked])


def _shifts(connection: Connection, asked: Iterable[tuple[str | None, datetime | None]]) -> Rosters:
    """The shifts of some counters on the days of some moments; what has no counter or no moment is left out."""
    known = [(counter_id, local_day(at)) for counter_id, at in asked if counter_id is not None and at is not None]
    if not known:
        return {}
    days = [day for _, day in known]
    return shifts_at(connection, {counter_id for counter_id, _ in known}, min(days), max(days))
