"""``district export …``, ``district audit`` and ``district auditor-key …``: take figures along, and see who did."""

import argparse
import os
import sys
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey

from sync.district.cli.context import Context, Stop, account
from sync.district.domain.audit import Audited, AuditEntry, reason_from
from sync.district.export.exporting import ExportOrder, export
from sync.district.export.lines import Format
from sync.district.export.schema import exports
from sync.district.export.sealing import CannotOpen, key_id_of, open_stream
from sync.district.store import audit as store
from sync.district.store.audit import AuditorKey
from sync.district.store.engine import reading, writing
from sync.district.times import VIETNAM

MAX_LISTED = 1_000


def add_parser(subparsers: Any) -> None:
    """Registers the commands."""
    _add_export(subparsers)
    listing = subparsers.add_parser("audit", help="list who saw or took finer figures, the newest first")
    listing.add_argument("--most", type=int, default=100, help="how many entries (default: 100)")
    listing.set_defaults(run=run_audit)
    opened = subparsers.add_parser("open-export", help="open a sealed export, on the auditor's own computer")
    opened.add_argument("file", type=Path, metavar="FILE")
    opened.add_argument("--key", type=Path, required=True, help="the auditor's key file")
    opened.add_argument("--output", type=Path, required=True, help="a new file for what is inside")
    opened.set_defaults(run=run_open)
    _add_keys(subparsers)


def _add_export(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "export",
        help="write released figures as CSV or JSON Lines; finer ones sealed to an auditor's key",
        description="Every column: sync/district/export/export.schema.json. Every export is an audit entry.",
    )
    parser.add_argument("what", choices=exports())
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER", help="a new folder for the files")
    parser.add_argument("--format", choices=[str(each) for each in Format], default=str(Format.CSV))
    parser.add_argument("--from", dest="first", type=_day, metavar="DAY", help="first local day, 2026-01-31")
    parser.add_argument("--to", dest="last", type=_day, metavar="DAY", help="last local day")
    parser.add_argument("--auditor", metavar="KEY-ID", help="also what is finer, sealed to this key (auditor-key list)")
    parser.add_argument("--reason", default="", help="why; needed with --auditor")
    parser.set_defaults(run=run_export)


def _add_keys(subparsers: Any) -> None:
    parser = subparsers.add_parser("auditor-key", help="the keys to which finer exports are sealed")
    actions = parser.add_subparsers(dest="action", required=True)
    make = actions.add_parser("make", help="make a key, on the auditor's own computer; no district is needed")
    make.add_argument("file", type=Path, metavar="FILE", help="a new file for the private key, kept by the auditor")
    add = actions.add_parser("add", help="take in an auditor's public key")
    add.add_argument("public_key", metavar="PUBLIC-KEY", help="the 64 letters that 'make' printed")
    add.add_argument("--name", required=True, help="whose it is, as it stands in the audit list")
    withdraw = actions.add_parser("withdraw", help="seal nothing more to a key")
    withdraw.add_argument("key_id", metavar="KEY-ID")
    for action in (add, withdraw):
        action.add_argument("--reason", required=True, help="why, for the audit list")
    actions.add_parser("list", help="the keys that hold")
    parser.set_defaults(run=run_keys)


def run_export(arguments: Namespace, context: Context) -> int:
    engine, reason, key = context.engine(), "", None
    if arguments.auditor:
        reason = _reason(arguments.reason)
        with reading(engine) as connection:
            key = next((each for each in store.keys(connection) if each.key_id == arguments.auditor), None)
        if key is None:
            raise Stop(f"no auditor has the key {arguments.auditor}; see 'district auditor-key list'")
    days = (arguments.first, arguments.last)
    order = ExportOrder(arguments.what, Format(arguments.format), account(), *days, key, reason)
    try:
        written = export(engine, order, arguments.output, context.now())
    except OSError as error:
        raise Stop(f"cannot write to {arguments.output} ({error.strerror}); name a new folder") from error
    for each in written:
        print(f"{each.sha256}  {each.name}  {each.rows} rows")
    return 0


def _plain(value: object) -> str:
    """A detail as it is printed. In a list of a role and its unit none means every unit."""
    return ",".join(str(each or "all units") for each in value) if isinstance(value, list) else str(value)


def run_audit(arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        found = store.entries(connection, min(max(arguments.most, 1), MAX_LISTED))
    for each in found:
        details = " ".join(f"{name}={_plain(value)}" for name, value in each.detail.items() if value is not None)
        at = each.at.astimezone(VIETNAM)
        print(f"{at:%Y-%m-%d %H:%M}  {each.person}  {each.what}  {details}  {each.reason}".rstrip())
    return 0


def run_open(arguments: Namespace, _context: Context) -> int:
    private = _private_key(arguments.key)
    part = arguments.output.with_name(f"{arguments.output.name}.part")
    try:
        with arguments.file.open("rb") as sealed, part.open("xb") as opened:
            opened.writelines(open_stream(sealed, private))
        os.link(part, arguments.output)
    except CannotOpen as error:
        raise Stop(f"{arguments.file}: {error}; nothing was written") from error
    except OSError as error:
        raise Stop(f"{error.filename}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return 0


def run_keys(arguments: Namespace, context: Context) -> int:
    match arguments.action:
        case "make":
            return _make(arguments.file)
        case "list":
            return _list(context)
        case "add":
            public = _public_key(arguments.public_key)
            key = AuditorKey(key_id_of(public), public, " ".join(arguments.name.split()), context.now())
            return _write_key(context, key, holds=True, reason=_reason(arguments.reason))
    with reading(context.engine()) as connection:
        held = next((each for each in store.keys(connection) if each.key_id == arguments.key_id), None)
    if held is None:
        raise Stop(f"no auditor has the key {arguments.key_id}; see 'district auditor-key list'")
    gone = AuditorKey(held.key_id, held.public_key, held.name, context.now())
    return _write_key(context, gone, holds=False, reason=_reason(arguments.reason))


def _make(path: Path) -> int:
    private = PrivateKey.generate()
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(bytes(private).hex() + "\n")
    except OSError as error:
        raise Stop(f"{path}: {error.strerror}; name a new file") from error
    public = bytes(private.public_key)
    print(f"public key  {public.hex()}\nkey id      {key_id_of(public)}")
    print(f"Keep {path} to yourself: it alone opens what is sealed to it.", file=sys.stderr)
    return 0


def _list(context: Context) -> int:
    with reading(context.engine()) as connection:
        for key in store.keys(connection):
            print(f"{key.key_id}  {key.at.astimezone(VIETNAM):%Y-%m-%d}  {key.name}")
    return 0


def _write_key(context: Context, key: AuditorKey, *, holds: bool, reason: str) -> int:
    detail = {"key": key.key_id, "name": key.name, "holds": holds}
    with writing(context.engine()) as connection:
        store.write_key(connection, key, holds=holds)
        store.note(connection, AuditEntry(key.at, account(), Audited.KEY, detail, reason))
    print(f"{key.key_id}  {key.name}. Compare the key id with the auditor, by telephone or in person.")
    return 0


def _private_key(path: Path) -> bytes:
    try:
        found = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise Stop(f"{path}: {error.strerror}") from error
    except ValueError:
        found = b""
    if len(found) != PrivateKey.SIZE:
        raise Stop(f"{path} is no key that 'district auditor-key make' made")
    return found


def _public_key(text: str) -> bytes:
    try:
        found = bytes.fromhex(text.strip())
    except ValueError:
        found = b""
    if len(found) != PrivateKey.SIZE:
        raise Stop("this is no public key: give the 64 letters that 'district auditor-key make' printed")
    return found


def _reason(text: str) -> str:
    try:
        return reason_from(text)
    except ValueError as error:
        raise Stop(f"--reason: {error}") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-01-31") from error
