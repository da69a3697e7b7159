"""``district checkpoint make | export``: the public log, by which anybody outside sees that nothing was rewritten."""

from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from sync.district.cli.context import Context, Stop
from sync.district.domain.merkle_log import TILE, TileName
from sync.district.domain.signed_note import verifier_key
from sync.district.keys.files import load_receipt_key, load_receipt_public_key
from sync.district.projection.checkpoint import Files, make_checkpoint
from sync.district.settings import Settings
from sync.district.store.engine import Connection, Engine, reading
from sync.district.store.public_log import KeptCheckpoint, newest_checkpoint, tile
from sync.district.times import local_day
from sync.district.web.open_data import open_file, open_path
from sync.district.web.public_index import PublicMonth, published_months


def add_parser(subparsers: Any) -> None:
    """Registers the commands."""
    parser = subparsers.add_parser("checkpoint", help="the public log: sign how far it reaches, write it as files")
    actions = parser.add_subparsers(dest="action", required=True)
    made = actions.add_parser("make", help="add what is new and sign it, once a day; 'serve' does so by itself")
    made.set_defaults(run=run_make)
    written = actions.add_parser("export", help="write the log, its key and the open data as files for another server")
    written.add_argument("folder", type=Path, metavar="FOLDER", help="where; what is there is replaced")
    written.set_defaults(run=run_export)


def run_make(_arguments: Namespace, context: Context) -> int:
    print(daily_checkpoint(context.engine(), context.settings, context.now()).note, end="")
    return 0


def run_export(arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        newest = newest_checkpoint(connection)
        if newest is None:
            raise Stop("there is no checkpoint yet; run 'district checkpoint make'")
        files = {
            "niem-phong/checkpoint": newest.note.encode(),
            "niem-phong/key": f"{verifier_key(load_receipt_public_key(context.settings.data))}\n".encode(),
            **{f"niem-phong/tile/{name.path}": tile(connection, name) for name in _tiles(newest.size)},
        }
        for month in _months(context.settings, connection, context.now()):
            files[open_path(month.period.of).replace("?of=", "/").lstrip("/")] = open_file(month)
    try:
        _write(arguments.folder, files, newest)
    except OSError as error:
        raise Stop(f"{arguments.folder} cannot be written ({error.strerror}); name a folder with room") from error
    print(f"{len(files)} files written to {arguments.folder}; {newest.size} hashes in the log.")
    return 0


def daily_checkpoint(engine: Engine, settings: Settings, now: datetime) -> KeptCheckpoint:
    """What ``district serve`` does once a day. Raises ``KeysMissing`` and ``StoreUnavailable``."""
    return make_checkpoint(engine, load_receipt_key(settings.data), now, published(settings, now))


def published(settings: Settings, now: datetime) -> Files:
    """The files of open data, if the district publishes them."""
    return partial(_digests, settings, now)


def _digests(settings: Settings, now: datetime, connection: Connection) -> Iterator[tuple[str, bytes]]:
    for month in _months(settings, connection, now):
        yield open_path(month.period.of), sha256(open_file(month)).digest()


def _months(settings: Settings, connection: Connection, now: datetime) -> list[PublicMonth]:
    return published_months(connection, local_day(now)) if settings.public_index else []


def _tiles(size: int) -> Iterator[TileName]:
    """Every tile of a log, also those above the lowest level."""
    level, hashes = 0, size
    while hashes:
        full, rest = divmod(hashes, TILE)
        yield from (TileName(level, number) for number in range(full))
        if rest:
            yield TileName(level, full, rest)
        level, hashes = level + 1, full


def _write(folder: Path, files: dict[str, bytes], newest: KeptCheckpoint) -> None:
    """The checkpoint last, so that whoever fetches meanwhile finds every tile of it."""
    for path, content in sorted(files.items(), key=lambda each: each[1] == newest.note.encode()):
        file = folder / path
        _make(file.parent)
        new = file.with_name(f".{file.name}.new")
        new.write_bytes(content)
        new.chmod(0o644)  # everybody may read it; all else this command writes is private
        new.replace(file)


def _make(folder: Path) -> None:
    """A folder that a web server of another user may enter, with those above it that are not there yet."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir()
        folder.chmod(0o755)
