"""``kiosk shelve``: put the ledger aside whole, so that this kiosk can be enrolled anew and nothing is lost; or take
the ledger of another kiosk's disk in, so that a spare delivers what still waits there.
"""

import sys
from pathlib import Path

from kiosk.box.adoption import Copied, NothingThere, copy_from, put_on_shelf
from kiosk.box.shelf import NothingToShelve, shelve, waiting
from kiosk.paths import become_owner
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


def shelve_from(settings: Settings, source: Path) -> int:
    """Root reads the other disk, whose files belong to a user of another machine; all else is done as the owner of this
    kiosk's data."""
    try:
        copies = copy_from(source, settings.data)
    except NothingThere as error:
        print(f"kiosk: {error}; name the folder in which the other kiosk's disk is mounted")
        return 1
    except OSError as error:
        print(f"kiosk: {error.filename or source}: {error.strerror}; nothing was taken, run it again (as root)")
        return 1
    if refused := become_owner(settings.data):
        print(f"kiosk: {refused}", file=sys.stderr)
        return 2
    return max([_shelve(copy, settings.data) for copy in copies])


def _shelve(copy: Copied, data: Path) -> int:
    try:
        target = put_on_shelf(copy, data)
    except OSError as error:
        print(f"kiosk: {copy.folder} could not be put on the shelf ({error}); run it again")
        return 1
    try:
        device_id, left = waiting(target)
        print(f"{device_id} is on the shelf, {target}: {left} entries wait and are delivered by kiosk-sync.")
    except (CannotRead, CannotWrite) as error:
        print(f"{target}: kept as it is; its file cannot be read ({error}), so nothing of it is delivered")
        return 1
    if copy.lost_blocks:
        print(f"  {copy.lost_blocks} blocks of that disk could not be read; read it once more on another reader")
    return 1 if copy.lost_blocks else 0
