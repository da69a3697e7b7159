"""``kiosk roll-key``: ask the agent to rotate the device key; the new one counts once the district accepts it."""

from kiosk.box import keys
from kiosk.box.box import open_box
from kiosk.settings import Settings
from kiosk.store import box_state
from kiosk.store.box_state import ROTATION_WANTED
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Store
from kiosk.store.migrations import migrate


def ask_for_rotation(settings: Settings) -> int:
    store = Store(settings.data)
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        migrate(store)
        if open_box(store, lambda: keys.load(settings.keys)) is None:
            print("kiosk: this box is not enrolled, so it has no key to roll; run: kiosk enrol URL CODE")
            return 1
        with store.write() as tx:
            box_state.put(tx, ROTATION_WANTED, True)
    except (CannotOpen, CannotRead, CannotWrite, keys.NoKeys, OSError) as error:
        print(f"kiosk: the wish for a new key cannot be kept: {error}")
        return 1
    finally:
        store.close()
    print("kiosk-sync makes the new key when it next asks the district; at once: kiosk-sync once")
    return 0
