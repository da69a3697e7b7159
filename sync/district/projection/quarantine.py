"""Keep entries that could not be opened, with the reason, and retry them after an update or a restored key."""

from msgspec import Struct

from kiosk.domain.deadlines import Scheme
from sync.district.projection.project import Keys, open_all, write
from sync.district.store import projections as store
from sync.district.store.engine import Engine, writing
from sync.district.store.erased_entries import Place
from sync.district.store.locks import Lock, hold
from sync.district.store.places import allowed_of

SLICE = 500


class Replayed(Struct, frozen=True):
    """How many entries could be opened now, and how many still cannot."""

    opened: int
    left: int


def replay(engine: Engine, keys: Keys, schemes: tuple[Scheme, ...]) -> Replayed:
    """Tries every set-aside entry once more; what opens counts as if it had opened when it came, what does not keeps
    its place with its present reason. A transaction for every 500, so that it may be ended and begun again.

    Raises ``StoreUnavailable``.
    """
    opened, left = 0, 0
    after: Place = ("", 0, 0)
    while True:
        with writing(engine) as connection:
            hold(connection, Lock.PROJECTION)
            entries = store.unopened_after(connection, after, SLICE)
            if not entries:
                return Replayed(opened, left)
            arrivals = store.arrivals_of(connection, sorted({entry.batch_id for entry in entries}))
            read = open_all(entries, keys, arrivals, allowed_of(connection, {entry.device_id for entry in entries}))
            store.forget_unopened(connection, entries)
            write(connection, read, schemes)
            last = entries[-1]
            after = (last.device_id, last.epoch, last.seq)
        left += len(read.unreadable)
        opened += len(entries) - len(read.unreadable)
