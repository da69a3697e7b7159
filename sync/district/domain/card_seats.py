"""Who sat at a kiosk's counter by their card and PIN, in the order of the kiosk's ledger. Pure.

The kiosk says of each rating whether somebody's sign-in held (``officer_known_by`` is ``card``); whose it was is the
newest sign-in of that counter before the rating in the same ledger. No clock is asked.
"""

from collections.abc import Iterable

from msgspec import Struct


class CardSeat(Struct, frozen=True):
    """An officer signed in at the kiosk of a counter, at a position of its ledger. ``officer_number`` is empty where
    the district knows nobody by the id that the kiosk gave."""

    device_id: str
    epoch: int
    seq: int
    counter_id: str
    officer_number: str


def seated_by_card(
    seats: Iterable[CardSeat], device_id: str, epoch: int, seq: int, counter_id: str | None
) -> str | None:
    """The officer of the newest sign-in at a counter before a position; ``None`` where there is none, and where nobody
    knows whose it was."""
    ledger = (device_id, epoch, counter_id)
    before = [each for each in seats if (each.device_id, each.epoch, each.counter_id) == ledger and each.seq < seq]
    return (max(before, key=lambda each: each.seq).officer_number or None) if before else None
