"""``kiosk shelve``: put the ledger aside whole, so that this kiosk can be enrolled anew and nothing is lost."""

from kiosk.box.shelf import NothingToShelve, shelve, waiting
from kiosk.settings import Settings
from kiosk.store.engine import CannotRead, CannotWrite


def shelve_ledger(settings: Settings) -> int:
    try:
        target = shelve(settings.data)
    except NothingToShelve as error:
        print(f"kiosk: {error}; nothing to put on the shelf")
        return 1
    except (CannotRead, CannotWrite, OSError) as error:
        print(f"kiosk: not finished, nothing is lost: {error}; run it again")
        return 1
    try:
        device_id, left = waiting(target)
    except (CannotRead, CannotWrite) as error:
        print(f"{target}: kept as it is; its file cannot be read ({error}), so nothing of it is delivered")
        return 0
    print(f"{device_id} is on the shelf, {target}: {left} entries wait and go on being delivered by kiosk-sync.")
    print("Next: kiosk enrol URL CODE")
    return 0
