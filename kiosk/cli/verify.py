"""``kiosk verify``: check the ledger, its signatures and the acknowledgements; exit 1 when an entry fails."""

from kiosk.box import keys
from kiosk.settings import Settings
from kiosk.store import identity
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Store
from kiosk.store.migrations import migrate
from kiosk.store.verify import verify as walk


def verify(settings: Settings) -> int:
    store = Store(settings.data)
    try:
        if not store.file.exists():
            print(f"kiosk: there is no ledger in {settings.data}; set KIOSK_DATA, or enrol this box")
            return 1
        migrate(store)
        with store.read() as tx:
            who = identity.load(tx)
            if who is None:
                print("kiosk: this box is not enrolled, so there is no ledger yet; run: kiosk enrol URL CODE")
                return 1
            public_key = bytes(keys.load(settings.keys).device.verify_key)
            verdict = walk(tx, who.device_id, public_key, who.receipt_public_key)
    except (CannotOpen, CannotRead, CannotWrite, keys.NoKeys) as error:
        print(f"kiosk: the ledger cannot be read: {error}")
        return 1
    finally:
        store.close()
    if verdict.flaw:
        print(f"{who.device_id}: {verdict.held} entries hold, then: {verdict.flaw}")
        return 1
    gone = f", after {verdict.pruned} that were delivered and pruned" if verdict.pruned else ""
    print(f"{who.device_id}: {verdict.held} entries hold{gone}")
    return 0
