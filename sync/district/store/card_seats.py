"""Read who signed in at kiosks with a card, and which ratings rest on that."""

from collections.abc import Iterable

from sqlalchemy import and_, or_, select

from kiosk.domain.entry import EntryType
from kiosk.domain.rating import OfficerKnownBy
from sync.district.domain.card_seats import CardSeat
from sync.district.store import tables as t
from sync.district.store.engine import Connection
from sync.district.store.officer_pins import officers_by_staff_id

Ledgers = dict[tuple[str, int], tuple[int, int]]
"""By device and epoch: from which position on, and until before which."""
MAX_BACK = 2_000
"""So many entries before a rating its sign-in is looked for: many more than a kiosk writes in half a day."""


def card_seats(connection: Connection, ledgers: Ledgers) -> list[CardSeat]:
    """The sign-ins of officers in these stretches of ledgers and shortly before them; one whose id belongs to nobody
    known here has an empty number."""
    if not ledgers:
        return []
    f, officers = t.box_facts.c, officers_by_staff_id(connection)
    found = []
    for (device_id, epoch), (first, until) in ledgers.items():
        within = and_(f.device_id == device_id, f.epoch == epoch, f.seq >= first - MAX_BACK, f.seq < until)
        for seq, body in connection.execute(select(f.seq, f.body).where(within, f.type == EntryType.STAFF_SIGNED_IN)):
            staff_id, counter_id = body.get("staff_id"), body.get("counter")
            if isinstance(staff_id, str) and isinstance(counter_id, str):
                found.append(CardSeat(device_id, epoch, seq, counter_id, officers.get(staff_id, "")))
    return found


def resting_on_cards(connection: Connection, after: Iterable[tuple[str, int, int]]) -> set[str]:
    """The entry ids of ratings that a kiosk bound by a card, after these positions of its ledger."""
    c = t.rating_circumstances.c
    first: dict[tuple[str, int], int] = {}
    for device_id, epoch, seq in after:
        first[device_id, epoch] = min(seq, first.get((device_id, epoch), seq))
    if not first:
        return set()
    # one term for each ledger: SQLite takes an expression of a thousand at most
    later = [and_(c.device_id == device_id, c.epoch == epoch, c.seq > seq) for (device_id, epoch), seq in first.items()]
    bound = select(c.entry_id).where(c.officer_known_by == OfficerKnownBy.CARD, or_(*later))
    return set(connection.execute(bound).scalars())
