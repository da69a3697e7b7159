"""``kiosk enrol URL CODE``: enrol this kiosk with its district, and print its identity."""

from kiosk.settings import Settings
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite
from sync.agent.enrol import AlreadyEnrolled, NotPrivate, enrol
from sync.agent.policy import Misunderstood, Refused, Unreachable


def enrol_box(settings: Settings, url: str, code: str) -> int:
    try:
        who = enrol(settings, url, code)
    except Unreachable as error:
        print(f"kiosk: {error}; check the address and the network, then try again with the same code")
        return 1
    except (Refused, Misunderstood) as error:
        print(f"kiosk: {error}; ask the district for a new code (district device code UNIT)")
        return 1
    except (AlreadyEnrolled, NotPrivate, CannotOpen, CannotRead, CannotWrite, OSError) as error:
        print(f"kiosk: {error}")
        return 1
    place = f", counter {who.counter_id}" if who.counter_id else ""
    print(f"This box is now {who.device_id} at unit {who.unit_id}{place}. Next: kiosk-sync once; kiosk doctor")
    return 0
