"""``district counter-pin``: set the shared PIN of a counter at which nobody has a PIN of their own."""

import secrets
from argparse import Namespace
from typing import Any

from nacl.pwhash import argon2id

from sync.district.cli.context import Context, Stop
from sync.district.store.engine import writing
from sync.district.store.reference import counter_unit, set_counter_pin


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "counter-pin", help="set a shared 6-digit PIN for a counter where nobody has their own, and print it once"
    )
    parser.add_argument("counter", help="the counter's id")
    parser.set_defaults(run=run)


def run(arguments: Namespace, context: Context) -> int:
    pin = f"{secrets.randbelow(10**6):06}"
    pin_hash = argon2id.str(pin.encode(), argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE).decode()
    with writing(context.engine()) as connection:
        if counter_unit(connection, arguments.counter) is None:
            raise Stop(f"there is no counter {arguments.counter}; import it with 'district import'")
        set_counter_pin(connection, arguments.counter, pin_hash, context.now())
    print(pin)
    return 0
