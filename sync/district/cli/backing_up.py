"""``district backup FOLDER`` copies the database while it is in use, ``district restore FOLDER`` restores into an empty
one.

The keys are not in it: ``district key backup``.
"""

import os
import shutil
import sqlite3
import subprocess
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import Any

from sync.district.cli.context import Context, Stop
from sync.district.complaints.retention import erase_again
from sync.district.domain.deadlines import load_schemes
from sync.district.store.engine import open_engine
from sync.district.store.erasure_list import ErasureList
from sync.district.store.schema import is_empty, upgrade

SQLITE_NAME, POSTGRESQL_NAME = "district.sqlite", "district.dump"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("backup", help="copy the database, without the keys, while it is in use")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder for the copy")
    parser.set_defaults(run=run)
    again = subparsers.add_parser(
        "restore", help="restore a backup into an empty database; kiosks send again what came later"
    )
    again.add_argument("folder", type=Path, metavar="FOLDER", help="the folder that 'district backup' made")
    again.set_defaults(run=run_restore)


def run(arguments: Namespace, context: Context) -> int:
    url = context.engine().url
    try:
        arguments.folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise Stop(f"cannot make the folder {arguments.folder} ({error.strerror}); name a new one") from error
    if url.get_backend_name() == "sqlite":
        made = arguments.folder / SQLITE_NAME
        _copy(Path(str(url.database)), made)
    else:
        made = arguments.folder / POSTGRESQL_NAME
        _run_client("pg_dump", url, "--format=custom", f"--file={made}")
    with made.open("rb") as file:
        os.fsync(file.fileno())
    print(f"{made}: {made.stat().st_size // 1024:,} kB. To go back, with an empty database: district restore FOLDER")
    print("The keys are not in it: district key backup FOLDER")
    return 0


def _copy(source: Path, target: Path) -> None:
    try:
        used = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
        with closing(used), closing(sqlite3.connect(target)) as new:
            used.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
            if new.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise Stop(f"{source} is damaged: keep it, go back to an older backup, and run 'district verify'")
    except sqlite3.Error as error:
        raise Stop(f"{source} cannot be copied: {error}") from error


def run_restore(arguments: Namespace, context: Context) -> int:
    engine = open_engine(context.settings.database_url)
    url = engine.url
    if not is_empty(engine):
        raise Stop("the database is not empty, and nothing was changed; name an empty one, or move the file away")
    on_sqlite = url.get_backend_name() == "sqlite"
    made = arguments.folder / (SQLITE_NAME if on_sqlite else POSTGRESQL_NAME)
    if not made.is_file():
        raise Stop(f"there is no {made}; 'district backup' makes it, and of the same kind of database")
    engine.dispose()
    if on_sqlite:
        _copy(made, Path(str(url.database)))
    else:
        _run_client("pg_restore", url, "--exit-on-error", "--single-transaction", "--no-owner", str(made))
    upgrade(engine)
    schemes, erased = load_schemes(context.settings.deadlines), ErasureList(context.settings.data)
    opened = context.contact_engine() if erased.read() else context.engine()
    again = erase_again(opened, schemes, erased, context.now())
    if again:
        print(f"{again} matters were erased since that backup, and are erased again.")
    print(f"{made} is in use. Now: district key list, district verify, district serve.")
    return 0


def _run_client(name: str, url: Any, *options: str) -> None:
    """One of PostgreSQL's own programs; the password goes where other users of the machine cannot read it."""
    program = shutil.which(name)
    if program is None:
        raise Stop(f"{name} is not installed here; install PostgreSQL's client programs, or run it on the server")
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = os.environ | ({"PGPASSWORD": url.password} if url.password else {})
    command = [program, f"--dbname={address}", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603 - ours
    if done.returncode:
        raise Stop(f"{name} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no reason'}")
