"""An opened, enrolled kiosk: its database, its keys, its identity."""

from collections.abc import Callable

from msgspec import Struct

from kiosk.box.keys import Keys, load
from kiosk.store import identity
from kiosk.store.engine import Store
from kiosk.store.identity import Identity


class Box(Struct, frozen=True):
    """An opened, enrolled box."""

    store: Store
    keys: Keys
    identity: Identity


def renewed(box: Box) -> Box:
    """The box with what the agent may have changed since: another sealing key, a rolled device key.

    Raises ``NoKeys`` or ``CannotRead``.
    """
    with box.store.read() as tx:
        who = identity.load(tx) or box.identity
    loaded = load(box.keys.folder)
    return Box(box.store, loaded, who) if (loaded, who) != (box.keys, box.identity) else box


def open_box(store: Store, load_keys: Callable[[], Keys]) -> Box | None:
    """The box, or ``None`` when it has not been enrolled. Raises ``NoKeys``, ``CannotOpen`` or ``CannotRead``."""
    with store.read() as tx:
        who = identity.load(tx)
    return Box(store, load_keys(), who) if who else None
