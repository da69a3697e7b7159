"""Find who sat at the counter of a rating: by a card, or by the duty roster."""

from collections.abc import Iterable, Mapping, Sequence

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
from sync.district.store.rosters import shifts_at
from sync.district.times import VIETNAM, local_day

Rosters = Mapping[tuple[str, str], Sequence[DutyShift]]
"""The shifts of a unit's counter."""
Placed = tuple[str, int, int]
"""A device, an epoch, a position."""


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
        """Who sat there as a rating was given, by what the kiosk knew then."""
        known_by = body.circumstances.officer_known_by
        if known_by == OfficerKnownBy.CARD:
            return _by_card(self.cards, (entry.device_id, entry.epoch, entry.seq), body.counter_id)
        found = self._rostered(body)
        return Seated(found, str(OfficerNamedBy.DUTY)) if found else Seated()

    def _rostered(self, body: RatingBody) -> str | None:
        """Whom the roster names, as it stood at last for that time: what has passed is never changed in it."""
        if not _by_roster(body) or body.happened_at is None or body.counter_id is None:
            return None
        shifts = self.rosters.get((body.unit_id, body.counter_id), ())
        found = on_duty(shifts, body.counter_id, body.happened_at.astimezone(VIETNAM))
        return found.officer_number if found else None


def seating_of(connection: Connection, entries: Sequence[tuple[Sealed, RatingBody]]) -> Seating:
    """What rosters and cards say about the ratings that arrived."""
    by_card = [
        (entry.device_id, entry.epoch, entry.seq)
        for entry, body in entries
        if body.circumstances.officer_known_by == OfficerKnownBy.CARD
    ]
    return Seating(_rosters_for(connection, [body for _, body in entries]), _cards_before(connection, by_card))


def seat_again(connection: Connection, signed_in: Sequence[Placed]) -> None:
    """Looks anew who sat there, for ratings after sign-ins that have just been read: a kiosk's entries may be opened in
    another order than they were written in. Hold ``Lock.PROJECTION``."""
    before = store.ratings_by_id(connection, resting_on_cards(connection, signed_in))
    cards = _cards_before(connection, [(each.device_id, each.epoch, each.seq) for each in before])
    store.attribute_seated(connection, before, [_with(each, cards) for each in before])


def _with(rated: Rated, cards: Sequence[CardSeat]) -> tuple[str | None, str | None]:
    found = _by_card(cards, (rated.device_id, rated.epoch, rated.seq), rated.counter_id)
    return found.officer_number, found.by


def _by_card(cards: Sequence[CardSeat], place: Placed, counter_id: str | None) -> Seated:
    officer = seated_by_card(cards, *place, counter_id)
    return Seated(officer, str(OfficerNamedBy.CARD)) if officer else Seated()


def _cards_before(connection: Connection, places: Iterable[Placed]) -> list[CardSeat]:
    ledgers: dict[tuple[str, int], tuple[int, int]] = {}
    for device_id, epoch, seq in places:
        first, last = ledgers.get((device_id, epoch), (seq, seq))
        ledgers[device_id, epoch] = min(first, seq), max(last, seq)
    return card_seats(connection, ledgers)


def _by_roster(body: RatingBody) -> bool:
    """Whether the kiosk knew somebody on duty there, and it is known when that was."""
    known_by = body.circumstances.officer_known_by
    return known_by == OfficerKnownBy.DUTY and body.counter_id is not None and body.happened_at is not None


def _rosters_for(connection: Connection, bodies: Sequence[RatingBody]) -> Rosters:
    """The shifts of the counters and days of those that the roster may name an officer for."""
    asked = [(body.counter_id, local_day(body.happened_at)) for body in bodies if body.happened_at and _by_roster(body)]
    if not asked:
        return {}
    days = [day for _, day in asked]
    return shifts_at(connection, {counter_id or "" for counter_id, _ in asked}, min(days), max(days))
