"""``district backup FOLDER``: the database while it is in use. The keys are not in it: ``district key backup``."""

import os
import shutil
import sqlite3
import subprocess
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import Any

from sync.district.cli.context import Context, Stop

SQLITE_NAME, POSTGRESQL_NAME = "district.sqlite", "district.dump"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("backup", help="copy the database while it is in use; the keys are not in it")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder for the copy")
    parser.set_defaults(run=run)


def run(arguments: Namespace, context: Context) -> int:
    url = context.engine().url
    try:
        arguments.folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise Stop(f"cannot make the folder {arguments.folder} ({error.strerror}); name a new one") from error
    if url.get_backend_name() == "sqlite":
        made = arguments.folder / SQLITE_NAME
        _copy(Path(str(url.database)), made)
        again = f"stop the district, put it back as {url.database}, district verify"
    else:
        made = arguments.folder / POSTGRESQL_NAME
        _dump(url.render_as_string(hide_password=False), made)
        again = "pg_restore --create into an empty server, district verify"
    with made.open("rb") as file:
        os.fsync(file.fileno())
    print(f"{made}: {made.stat().st_size // 1024:,} kB. To go back: {again}.")
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


def _dump(url: str, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise Stop("pg_dump is not installed here; install PostgreSQL's client programs, or run it on the server")
    command = [program, "--format=custom", f"--file={target}", f"--dbname={url.replace('+psycopg', '')}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise Stop(f"pg_dump failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no reason'}")
