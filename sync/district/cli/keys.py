"""``district key roll | list | backup | restore``: manage the district's sealing and signing keys."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.district.cli.context import Context, Stop
from sync.district.keys.files import (
    SealingKeys,
    load_receipt_key,
    load_sealing_keys,
    load_sealing_public_key,
    make_sealing_key,
)
from sync.district.keys.shares import Bundle, WrongShares, join, restore, split
from sync.district.store.devices import ACTIVE, all_devices
from sync.district.store.engine import Connection, reading, writing
from sync.district.store.locks import Lock, hold
from sync.district.store.sealing_keys import add_sealing_key, announced, newest_sealing_key, uses
from sync.protocol.chain import sign_sealing_key
from sync.protocol.seal import key_id
from sync.protocol.snapshot import SealingKey

WORDS_IN_A_LINE = 5


def add_parser(subparsers: Any) -> None:
    commands = subparsers.add_parser("key", help="sealing and signing keys: rotate, list, back up, restore")
    commands = commands.add_subparsers(dest="key_command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="list the sealing keys and the kiosks that use each").set_defaults(run=run_list)
    rolled = commands.add_parser("roll", help="rotate the sealing key; kiosks get the new one with their next snapshot")
    rolled.set_defaults(run=run_roll)
    backup = commands.add_parser("backup", help="write sheets to print, any few of which together restore every key")
    backup.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder for the sheets, best in memory")
    backup.add_argument("--sheets", type=int, default=3, help="how many sheets (default 3)")
    backup.add_argument("--needed", type=int, default=2, help="how many of them restore the keys (default 2)")
    backup.set_defaults(run=run_backup)
    again = commands.add_parser("restore", help="restore the keys from the words of enough sheets")
    again.add_argument("sheets", nargs="*", type=Path, metavar="FILE", help="a sheet's file; none: type the words")
    again.set_defaults(run=run_restore)


def run_list(_arguments: Namespace, context: Context) -> int:
    data = context.settings.data
    private = load_sealing_keys(data)
    first = key_id(load_sealing_public_key(data))
    with reading(context.engine()) as connection:
        lines = _lines(connection, announced(connection) or [(1, first, None)], private)
    for line in lines:
        print(line)
    return 1 if any("MISSING" in line for line in lines) else 0


def _lines(
    connection: Connection, known: Sequence[tuple[int, str, datetime | None]], private: SealingKeys
) -> list[str]:
    used = uses(connection)
    boxes = [device.health.get("sealing_key") for device in all_devices(connection) if device.state == ACTIVE]
    lines = []
    for number, name, made_at in known:
        made = f"made {made_at:%Y-%m-%d}" if made_at else "made by district init"
        use = used.get(name)
        held = f"{use.entries} entries, the last {use.last_received_at:%Y-%m-%d}" if use else "no entries"
        state = "newest" if number == known[-1][0] else "former, opens old entries: keep it"
        here = state if name in private else "MISSING here: run 'district key restore'"
        lines.append(f"{number}  {name}  {made}  {held}  {boxes.count(name)} boxes use it  {here}")
    return lines


def run_roll(_arguments: Namespace, context: Context) -> int:
    data = context.settings.data
    receipt_key, first = load_receipt_key(data), load_sealing_public_key(data)
    load_sealing_keys(data)
    engine, now = context.engine(), context.now()
    with writing(engine) as connection:
        hold(connection, Lock.REFERENCE)
        newest = newest_sealing_key(connection)
        if newest is None:
            newest = SealingKey(1, first, sign_sealing_key(1, first, receipt_key))
            add_sealing_key(connection, newest, key_id(first), now)
        made, number = make_sealing_key(data), newest.number + 1
        key = SealingKey(number, made, sign_sealing_key(number, made, receipt_key))
        add_sealing_key(connection, key, key_id(made), now)
    print(f"Sealing key {number} is {key_id(made)}. Boxes take it with their next snapshot; old keys stay, to open.")
    print("The sheets you have do not hold it. Now: district key backup FOLDER")
    return 0


def run_backup(arguments: Namespace, context: Context) -> int:
    if not 2 <= arguments.needed <= arguments.sheets <= 16:
        raise Stop("write --needed from 2 up to --sheets, and --sheets up to 16")
    bundle = Bundle.load(context.settings.data)
    sheets = split(bundle, arguments.needed, arguments.sheets)
    try:
        arguments.folder.mkdir(mode=0o700, parents=True)
        for number, words in enumerate(sheets, start=1):
            text = _sheet(words, number, arguments.sheets, arguments.needed, bundle)
            (arguments.folder / f"sheet-{number}.txt").write_text(text, encoding="utf-8")
    except OSError as error:
        sentence = f"cannot make the folder {arguments.folder} ({error.strerror}); name one that is not there yet"
        raise Stop(sentence) from error
    held = ", ".join(bundle.key_ids())
    print(f"{arguments.sheets} sheets in {arguments.folder}; any {arguments.needed} give back: receipt key, {held}.")
    print("Print each for another keeper, try them with 'district key restore', then delete the folder.")
    return 0


def _sheet(words: str, number: int, sheets: int, needed: int, bundle: Bundle) -> str:
    listed = words.split()
    lines = [
        f"Lắng Nghe: sheet {number} of {sheets} of the district's keys",
        f"Any {needed} sheets give every key back: district key restore",
        f"Sealing keys: {', '.join(bundle.key_ids())}",
        "Keep it locked up. Never photograph it, never keep two sheets together.",
        "",
    ]
    for start in range(0, len(listed), WORDS_IN_A_LINE):
        some = enumerate(listed[start : start + WORDS_IN_A_LINE], start=start + 1)
        lines.append("".join(f"{place:4} {word:<12}" for place, word in some).rstrip())
    return "\n".join(lines) + "\n"


def run_restore(arguments: Namespace, context: Context) -> int:
    try:
        texts = [path.read_text(encoding="utf-8") for path in arguments.sheets] or _typed()
        bundle = join([_words(text) for text in texts])
        restore(bundle, context.settings.data)
    except OSError as error:
        raise Stop(f"{error.filename} cannot be read or written ({error.strerror})") from error
    except (WrongShares, UnicodeDecodeError) as error:
        raise Stop(f"the keys were not restored: {error}") from error
    print(f"The receipt key and the sealing keys {', '.join(bundle.key_ids())} are in {context.settings.data}.")
    print("Now: district key list; district rebuild")
    return 0


def _typed() -> list[str]:
    """One sheet a paragraph on standard input; numbers before the words do not matter."""
    print("Type the words of a sheet, then an empty line; the next sheet; end with Ctrl-D.", file=sys.stderr)
    return [sheet for sheet in sys.stdin.read().split("\n\n") if sheet.strip()]


def _words(text: str) -> str:
    """The words of a sheet without its heading and the numbers before them."""
    body = text.partition("\n\n")[2] or text
    return " ".join(word for word in body.split() if not word.isdigit())
