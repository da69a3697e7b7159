"""An opened, enrolled box: its file, its keys, who it is."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.keys import Keys
from kiosk.store import identity
from kiosk.store.engine import Store
from kiosk.store.identity import Identity


@dataclass(frozen=True, slots=True)
class Box:
    """An opened, enrolled box."""

    store: Store
    keys: Keys
    identity: Identity


def open_box(store: Store, load_keys: Callable[[], Keys]) -> Box | None:
    """The box, or ``None`` when it has not been enrolled. Raises ``NoKeys``, ``CannotOpen`` or ``CannotRead``."""
    with store.read() as tx:
        who = identity.load(tx)
    return Box(store, load_keys(), who) if who else None
