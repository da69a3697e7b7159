"""``district device code | list | roll | revoke``: manage the kiosks that may send."""

from argparse import ArgumentTypeError, Namespace
from datetime import timedelta
from typing import Any

from sync.district.cli.context import Context, Stop
from sync.district.fleet.enrolment import UnknownPlace, draw_code, issue_code
from sync.district.store.devices import all_devices, revoke, want_rotation
from sync.district.store.engine import reading, writing


def add_parser(subparsers: Any) -> None:
    commands = subparsers.add_parser("device", help="enrol, list and revoke kiosks").add_subparsers(
        dest="device_command", required=True, metavar="COMMAND"
    )
    code = commands.add_parser("code", help="make a one-time code that enrols one kiosk")
    code.add_argument("unit", help="the unit the kiosk belongs to")
    code.add_argument("--counter", help="the counter it stands at (default: it serves the whole unit)")
    code.add_argument("--valid-hours", type=_hours, default=24, help="how long the code can be used (default 24)")
    code.set_defaults(run=run_code)
    commands.add_parser("list", help="list every kiosk and its last contact").set_defaults(run=run_list)
    rolled = commands.add_parser("roll", help="make a kiosk rotate its key at its next contact")
    rolled.add_argument("device", help="the device id, see 'district device list'")
    rolled.set_defaults(run=run_roll)
    gone = commands.add_parser("revoke", help="revoke a kiosk's right to send; what it has sent is kept")
    gone.add_argument("device", help="the device id, see 'district device list'")
    gone.set_defaults(run=run_revoke)


def run_code(arguments: Namespace, context: Context) -> int:
    code = draw_code()
    valid = timedelta(hours=arguments.valid_hours)
    try:
        issue_code(context.engine(), code, arguments.unit, arguments.counter, valid, context.now())
    except UnknownPlace as error:
        raise Stop(str(error)) from error
    print(code)
    return 0


def run_list(_arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        for device in all_devices(connection):
            contact = f"{device.last_contact_at:%Y-%m-%d %H:%M} UTC" if device.last_contact_at else "never"
            place = device.counter_id or "-"
            wish = "  a new key is wanted" if device.roll_wanted_at else ""
            print(f"{device.device_id}  {device.unit_id}  {place}  {device.state}  last contact {contact}{wish}")
    return 0


def run_roll(arguments: Namespace, context: Context) -> int:
    with writing(context.engine()) as connection:
        if not want_rotation(connection, arguments.device, context.now()):
            raise Stop(f"there is no active device {arguments.device}; see 'district device list'")
    print(f"{arguments.device} makes a new key at its next contact; a copy of its disk can send no more from then on.")
    return 0


def run_revoke(arguments: Namespace, context: Context) -> int:
    with writing(context.engine()) as connection:
        if not revoke(connection, arguments.device):
            raise Stop(f"there is no device {arguments.device}; see 'district device list'")
    print(f"{arguments.device} may no longer send.")
    return 0


def _hours(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= 720):
        raise ArgumentTypeError("write a whole number of hours from 1 to 720")
    return int(text)
