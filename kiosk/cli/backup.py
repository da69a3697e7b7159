"""``kiosk backup FILE`` and ``kiosk restore FILE``."""

from pathlib import Path

from kiosk.box import keys
from kiosk.box.opening import recalled, restore_backup
from kiosk.box.recovery.backup import NotRestored, copy
from kiosk.clock import read_clock
from kiosk.settings import Settings
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Store


def back_up(settings: Settings, target: Path) -> int:
    store = Store(settings.data)
    try:
        if not store.file.exists():
            print(f"kiosk: there is no file in {settings.data} yet; enrol this box first")
            return 1
        size = copy(store.file, target)
    except (CannotRead, OSError) as error:
        print(f"kiosk: no backup was made: {error}")
        return 1
    print(f"{target}: {size // 1024:,} kB. The box's keys are not in it: copy {settings.keys} to a safe of its own.")
    return 0


def restore(settings: Settings, backup: Path) -> int:
    if not backup.is_file():
        print(f"kiosk: there is no file {backup}")
        return 1
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = restore_backup(settings.data, backup, settings.keys, read_clock)
    except keys.NoKeys as error:
        print(f"kiosk: {error}; a backup goes on only with the keys it was made with")
        return 1
    except (NotRestored, CannotOpen, CannotRead, CannotWrite, OSError) as error:
        print(f"kiosk: not restored: {error}")
        return 1
    who = recalled(settings.keys)
    name = who.device_id if who else "The box"
    print(f"{name} goes on from entry {found.seq} of epoch {found.epoch}, in a new epoch.")
    return 0
