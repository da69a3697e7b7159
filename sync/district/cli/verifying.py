"""``district verify``: does everything that was ever received still stand as the boxes signed it?"""

from argparse import Namespace
from typing import Any

from sync.district.cli.context import Context
from sync.district.fleet.rolling import unproved
from sync.district.fleet.verify import Walk, walk
from sync.district.ingest.finding import MEANING, TAMPERING, Kind
from sync.district.store.devices import all_devices, former_keys
from sync.district.store.engine import Connection, reading
from sync.district.store.walk import findings_of, ledgers, positions, signed_runs


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("verify", help="walk every device's ledger, heads and signatures")
    parser.set_defaults(run=run)


def run(_arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        held, lines = verify_all(connection)
    for line in lines:
        print(line)
    print(f"In all {held} entries hold; {_wrong(lines)}.")
    return 1 if any(line.startswith("!") for line in lines) else 0


def verify_all(connection: Connection) -> tuple[int, list[str]]:
    """How many entries hold, and a line for each device; a line that starts with ``!`` needs a person."""
    held, lines = 0, []
    walked = _walk_all(connection)
    keys = {device.device_id: device.public_key for device in all_devices(connection)}
    for device_id in sorted(keys.keys() | walked.keys()):
        walks = walked.get(device_id, {})
        count = sum(one.holds for one in walks.values())
        held += count
        lines.append(f"{device_id}: {count} entries hold")
        for epoch, one in walks.items():
            lines += _troubles(device_id, epoch, one)
        lines += _found_before(connection, device_id)
        astray = unproved(former_keys(connection, device_id), keys.get(device_id, b""))
        if astray is not None:
            lines.append(f"! {device_id}: its key of {astray.until:%Y-%m-%d} did not sign for the one after it")
    return held, lines


def _walk_all(connection: Connection) -> dict[str, dict[int, Walk]]:
    keys = {device.device_id: device.public_key for device in all_devices(connection)}
    walked: dict[str, dict[int, Walk]] = {}
    for device_id, epoch in ledgers(connection):
        runs = signed_runs(connection, device_id, epoch)
        key = keys.get(device_id, b"")
        walked.setdefault(device_id, {})[epoch] = walk(
            device_id, epoch, key, positions(connection, device_id, epoch), runs
        )
    return walked


def _troubles(device_id: str, epoch: int, one: Walk) -> list[str]:
    lines = []
    if one.broken is not None:
        seq, reason = one.broken
        lines.append(f"! {device_id} epoch {epoch}: the first entry that does not hold is {seq}: {reason}")
    for first, last in one.holes:
        lines.append(f"! {device_id} epoch {epoch}: {Kind.HOLE} {first} to {last}: {MEANING[Kind.HOLE]}")
    return lines


def _found_before(connection: Connection, device_id: str) -> list[str]:
    return [
        f"{'!' if found.kind in TAMPERING else ' '} {device_id} epoch {found.epoch}: {found.kind} at {found.seq}, "
        f"found {found.found_at:%Y-%m-%d %H:%M} UTC: {MEANING[Kind(found.kind)]}"
        for found in findings_of(connection, device_id)
    ]


def _wrong(lines: list[str]) -> str:
    wrong = sum(line.startswith("!") for line in lines)
    return f"{wrong} findings to look into" if wrong else "nothing is wrong"
