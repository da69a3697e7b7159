"""``kiosk enrol URL CODE``, ``kiosk enrol --file FILE``: enrol this kiosk with its district, and print its identity."""

from pathlib import Path

from kiosk.box.enrolment_file import BadEnrolmentFile, read_file
from kiosk.settings import Settings
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite
from sync.agent.enrol import AlreadyEnrolled, NotPrivate, enrol
from sync.agent.policy import Misunderstood, Refused, Unreachable
from sync.protocol.enrolment_file import EnrolmentFile


def enrol_box(settings: Settings, url: str | None, code: str | None, file: Path | None = None) -> int:
    """Exit 1 when it did not work, 2 when neither a file nor an address and a code were given."""
    if (file is None) == (url is None or code is None):
        print("kiosk: give an address and a code, or --file FILE")
        return 2
    try:
        wanted = read_file(file) if file else EnrolmentFile(url or "", code or "")
        who = enrol(settings, wanted.url, wanted.code)
    except Unreachable as error:
        print(f"kiosk: {error}; check the address and the network, then try again with the same code")
        return 1
    except (Refused, Misunderstood) as error:
        print(f"kiosk: {error}; ask the district for a new code (district device code UNIT)")
        return 1
    except (BadEnrolmentFile, AlreadyEnrolled, NotPrivate, CannotOpen, CannotRead, CannotWrite, OSError) as error:
        print(f"kiosk: {error}")
        return 1
    place = f", counter {who.counter_id}" if who.counter_id else ""
    print(f"This kiosk is now {who.device_id} at unit {who.unit_id}{place}.")
    print("It asks for its data within a minute. Next: kiosk doctor")
    return 0
