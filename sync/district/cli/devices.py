"""``district device code | list | show | move | replace | retire | roll | revoke``: manage the kiosks that may send."""

import os
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from kiosk.domain.entry import EntryType
from kiosk.domain.visit import MIN_REPORTED
from sync.district.cli.context import Context, Stop, account
from sync.district.cli.moving import add_commands
from sync.district.domain.kiosk_history import unrated_visits
from sync.district.fleet.enrolment import UnknownPlace, draw_code, issue_code
from sync.district.measures.kiosks import full_hour
from sync.district.store.device_changes import changes_of
from sync.district.store.devices import all_devices, device, revoke, want_rotation
from sync.district.store.district_addresses import newest_address
from sync.district.store.engine import reading, writing
from sync.district.store.kiosk_history import facts_of
from sync.district.texts import languages, load_texts
from sync.district.web.formats import day, day_and_clock
from sync.district.web.kiosk_notes import change_words, note_words
from sync.protocol.enrolment_file import NAME, written
from sync.protocol.health import judged_health


def add_parser(subparsers: Any) -> None:
    commands = subparsers.add_parser("device", help="enrol, list and revoke kiosks").add_subparsers(
        dest="device_command", required=True, metavar="COMMAND"
    )
    code = commands.add_parser("code", help="make a one-time code that enrols one kiosk")
    code.add_argument("unit", help="the unit the kiosk belongs to")
    code.add_argument("--counter", help="the counter it stands at (default: it serves the whole unit)")
    code.add_argument("--valid-hours", type=_hours, default=24, help="how long the code can be used (default 24)")
    code.add_argument(
        "--file", type=Path, help=f"write the code to a file for the kiosk's boot partition, named {NAME}, too"
    )
    code.add_argument(
        "--url", help="the address in that file (default: the announced one, else [complaints] public_url)"
    )
    code.set_defaults(run=run_code)
    commands.add_parser("list", help="list every kiosk and its last contact").set_defaults(run=run_list)
    shown = commands.add_parser("show", help="show what a kiosk says of its parts, and what it noted of itself")
    shown.add_argument("device", help="the device id, see 'district device list'")
    shown.add_argument("--days", type=_days, default=30, help="how many days of its notes (default 30)")
    shown.add_argument(
        "--language", default="vi", choices=languages(), help="the language of what is printed (default: vi)"
    )
    shown.set_defaults(run=run_show)
    add_commands(commands, _hours)
    rolled = commands.add_parser("roll", help="make a kiosk rotate its key at its next contact")
    rolled.add_argument("device", help="the device id, see 'district device list'")
    rolled.set_defaults(run=run_roll)
    gone = commands.add_parser("revoke", help="revoke a kiosk's right to send; what it has sent is kept")
    gone.add_argument("device", help="the device id, see 'district device list'")
    gone.set_defaults(run=run_revoke)


def run_code(arguments: Namespace, context: Context) -> int:
    code = draw_code()
    if arguments.file is None:
        _issue(code, arguments, context)
    else:
        with _kept(arguments.file, written(_address(arguments, context), code)):
            _issue(code, arguments, context)
    print(code)
    return 0


def _issue(code: str, arguments: Namespace, context: Context) -> None:
    valid = timedelta(hours=arguments.valid_hours)
    try:
        issue_code(context.engine(), code, arguments.unit, arguments.counter, valid, context.now(), account())
    except UnknownPlace as error:
        raise Stop(str(error)) from error


@contextmanager
def _kept(path: Path, content: str) -> Iterator[None]:
    """Writes a file before something is done, and takes it away when that fails or the file has no room: no code is
    issued that nobody has, and no file is left that holds none."""
    with _new_file(path) as file:
        try:
            try:
                file.write(content.encode())
            except OSError as error:
                raise _unwritable(path, error) from error
            yield
        except BaseException:
            path.unlink()
            raise


def _address(arguments: Namespace, context: Context) -> str:
    with reading(context.engine()) as connection:
        announced = newest_address(connection)
    url: str = arguments.url or (announced.url if announced else context.settings.public_url)
    if not url:
        raise Stop("say at which address the kiosk finds this district: --url https://HOST")
    return url


def _new_file(path: Path) -> IO[bytes]:
    """A file that only its owner reads, since whoever has the code enrols a kiosk; never one that was there before."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> Stop:
    return Stop(f"{path} cannot be written: {error.strerror}")


def run_list(_arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        for device in all_devices(connection):
            contact = f"{device.last_contact_at:%Y-%m-%d %H:%M} UTC" if device.last_contact_at else "never"
            place = device.counter_id or "-"
            wish = "  a new key is wanted" if device.roll_wanted_at else ""
            print(f"{device.device_id}  {device.unit_id}  {place}  {device.state}  last contact {contact}{wish}")
    return 0


def run_show(arguments: Namespace, context: Context) -> int:
    """Moments are told to the hour: some notes are written together with a rating."""
    since, texts = context.now() - timedelta(days=arguments.days), load_texts(arguments.language)
    with reading(context.engine()) as connection:
        shown = device(connection, arguments.device)
        facts = facts_of(connection, arguments.device, since) if shown else []
        changes = changes_of(connection, [arguments.device]).get(arguments.device, [])
    if shown is None:
        raise Stop(f"there is no device {arguments.device}; see 'district device list'")
    place = {"unit": shown.unit_id, "counter": shown.counter_id or "–", "state": shown.state}
    print(texts("kiosk_page.of_unit", device=shown.device_id, **place))
    contact = shown.last_contact_at
    print(texts("kiosk_page.contact", moment=_hour(contact)) if contact else texts("kiosk_page.contact_never"))
    for change in changes:
        print(f"  {_hour(change.at)} {change_words(change, texts)}")
    for name, judged in judged_health(shown.health).items():
        print(f"  {texts(f'health.{name}.{judged.word}', **judged.values)}")
    print(f"\n{texts('kiosk_page.notes')} ({texts('kiosk_page.days', n=arguments.days)}):")
    noted = [fact for fact in facts if fact.type != EntryType.VISITS]
    for fact in noted:
        print(f"  {_hour(fact.happened_at)}{' ' if fact.is_sure else '≈'} {note_words(fact, texts)}")
    if not noted:
        print(f"  {texts('kiosk_page.no_notes', days=arguments.days)}")
    print(f"{texts('kiosk_page.visits')}. {texts('kiosk_page.visits_words', n=MIN_REPORTED)}")
    visits = unrated_visits(facts)
    for each in visits:
        counter = each.counter_id or texts("kiosk_page.unknown_counter")
        print(f"  {day(each.day)}  {counter}  {texts(f'unrated.{each.ended}')}: {each.n}")
    if not visits:
        print(f"  {texts('kiosk_page.no_visits')}")
    return 0


def _hour(moment: datetime) -> str:
    return day_and_clock(full_hour(moment))


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


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) >= 1):
        raise ArgumentTypeError("write a whole number of days from 1 on")
    return int(text)


def _hours(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= 720):
        raise ArgumentTypeError("write a whole number of hours from 1 to 720")
    return int(text)
