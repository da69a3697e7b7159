"""``district address announce | show``: tell the kiosks where this district is to be found from now on."""

import ssl
from argparse import Namespace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sync.district.cli.context import Context, Stop
from sync.district.keys.files import load_receipt_key
from sync.district.store.devices import ACTIVE, all_devices
from sync.district.store.district_addresses import add_address, newest_address
from sync.district.store.engine import reading, writing
from sync.protocol.chain import sign_address
from sync.protocol.snapshot import DistrictAddress

MAX_LETTERS = 65_536


def add_parser(subparsers: Any) -> None:
    commands = subparsers.add_parser("address", help="tell the kiosks where this district is").add_subparsers(
        dest="address_command", required=True, metavar="COMMAND"
    )
    announce = commands.add_parser("announce", help="announce another address; kiosks go over once it answers there")
    announce.add_argument("url", help="https://…, as kiosks reach it")
    announce.add_argument(
        "--ca", type=Path, metavar="FILE", help="authorities that vouch for it (PEM; default: those a kiosk trusts)"
    )
    announce.set_defaults(run=run_announce)
    commands.add_parser("show", help="show the announced address, and which kiosks do not use it yet").set_defaults(
        run=run_show
    )


def run_announce(arguments: Namespace, context: Context) -> int:
    """The former address has to answer until every kiosk has gone over: only there do they hear of the new one."""
    url, authorities = _url(arguments.url), _authorities(arguments.ca) if arguments.ca else ""
    key = load_receipt_key(context.settings.data)
    with writing(context.engine()) as connection:
        before = newest_address(connection)
        if before is not None and (before.url, before.authorities) == (url, authorities):
            raise Stop(f"{url} is the announced address already")
        number = before.number + 1 if before else 1
        signature = sign_address(number, url, authorities, key)
        add_address(connection, DistrictAddress(number, url, signature, authorities), context.now())
    print(f"Address {number}: {url}. Kiosks hear of it where they ask now, so keep that running until")
    print("'district address show' names none that still uses it.")
    return 0


def run_show(_arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        address, devices = newest_address(connection), all_devices(connection)
    if address is None:
        print("No address was announced; each kiosk uses the one it was enrolled with.")
        return 0
    print(f"Address {address.number}: {address.url}")
    for device in devices:
        if device.state == ACTIVE and device.health.get("address") != address.number:
            print(f"{device.device_id}  {device.unit_id}  {device.counter_id or '-'}  does not use it yet")
    return 0


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme == "https" and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username or not text.isascii() or len(text) > 500:
        raise Stop("write the address as https://HOST, with a port or a path where it has one")
    return text.rstrip("/")


def _authorities(path: Path) -> str:
    try:
        text = path.read_text(encoding="ascii")
        if len(text) > MAX_LETTERS:
            raise Stop(f"{path} has more than {MAX_LETTERS} letters; name only the authority of this address")
        ssl.create_default_context(cadata=text)
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, ssl.SSLError, ValueError) as error:
        raise Stop(f"{path} holds no certificates (PEM)") from error
    return text
