"""``district device move | replace | retire``: where a kiosk stands, which spare takes its place, and its end."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sync.district.cli.context import MAX_NAME, Context, Stop, account
from sync.district.fleet import changing
from sync.district.fleet.changing import MAX_REASON, ChangeRefusal, NotChanged, Order
from sync.district.fleet.enrolment import draw_code

_REFUSED: Mapping[ChangeRefusal, str] = {
    ChangeRefusal.UNKNOWN_DEVICE: "there is no device {device}; see 'district device list'",
    ChangeRefusal.NOT_ACTIVE: "{device} was retired or revoked; enrol it anew with 'district device code'",
    ChangeRefusal.UNKNOWN_PLACE: "there is no such unit, or no such counter of it; see 'district import'",
    ChangeRefusal.SAME_PLACE: "{device} stands there already",
    ChangeRefusal.ALREADY_REPLACED: "another kiosk took its place already; see 'district device show {device}'",
    ChangeRefusal.NO_REASON: f"say why (--why, at most {MAX_REASON} letters)",
}


def add_commands(commands: Any, hours: Callable[[str], int]) -> None:
    """Adds the commands to those of ``district device``."""
    moved = commands.add_parser("move", help="put a kiosk into another unit, or at another counter")
    moved.add_argument("device", help="the device id, see 'district device list'")
    moved.add_argument("unit", help="the unit it is to belong to")
    moved.add_argument("--counter", help="the counter it is to stand at (default: it serves the whole unit)")
    add_order(moved)
    moved.set_defaults(run=run_move)
    replaced = commands.add_parser("replace", help="make a one-time code with which a spare takes a kiosk's place")
    replaced.add_argument("device", help="the device id of the kiosk that goes")
    replaced.add_argument("--valid-hours", type=hours, default=24, help="how long the code can be used (default 24)")
    add_order(replaced)
    replaced.set_defaults(run=run_replace)
    retired = commands.add_parser("retire", help="take a kiosk out of use; what it still sends is kept and counted")
    retired.add_argument("device", help="the device id, see 'district device list'")
    add_order(retired)
    retired.set_defaults(run=run_retire)


def add_order(parser: ArgumentParser) -> None:
    """The arguments that say who wants something, and why."""
    parser.add_argument("--why", required=True, metavar="TEXT", help="why, for whoever asks later")
    parser.add_argument("--by", metavar="NAME", help="who decides it (default: the login name)")


def run_move(arguments: Namespace, context: Context) -> int:
    with_reason(
        arguments.device,
        lambda: changing.move(
            context.engine(), arguments.device, arguments.unit, arguments.counter, order_of_command(arguments, context)
        ),
    )
    place = f", counter {arguments.counter}" if arguments.counter else ""
    print(f"{arguments.device} belongs to {arguments.unit}{place}; the kiosk hears of it at its next contact.")
    return 0


def run_replace(arguments: Namespace, context: Context) -> int:
    code, valid = draw_code(), timedelta(hours=arguments.valid_hours)
    with_reason(
        arguments.device,
        lambda: changing.replace(context.engine(), code, arguments.device, valid, order_of_command(arguments, context)),
    )
    print(code)
    return 0


def run_retire(arguments: Namespace, context: Context) -> int:
    with_reason(
        arguments.device,
        lambda: changing.retire(context.engine(), arguments.device, order_of_command(arguments, context)),
    )
    print(f"{arguments.device} is retired: its silence is no alert, and what it still sends is kept.")
    return 0


def with_reason(device: str, change: Callable[[], None]) -> None:
    """Makes a change. Raises ``Stop`` with the reason when it is refused."""
    try:
        change()
    except NotChanged as error:
        raise Stop(_REFUSED[error.refusal].format(device=device)) from error


def order_of_command(arguments: Namespace, context: Context) -> Order:
    """Who wants it, and why. Raises ``Stop``."""
    person = (arguments.by or account()).strip()
    if not person or len(person) > MAX_NAME:
        raise Stop(f"say who you are (--by NAME, up to {MAX_NAME} letters)")
    return Order(person, arguments.why, context.now())
