"""Import a folder or a ZIP of photographs, each named by an officer's number: one revision, or nothing changes. Also
removes pictures.
"""

import zipfile
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from kiosk.paths import shown_name
from sync.district.reference.files.table import Unreadable
from sync.district.reference.files.zipped import ZIP_FAULTS
from sync.district.reference.importing import PORTRAITS, Outcome, all_or_nothing
from sync.district.reference.portrait import MAX_BYTES, Unfit, squared
from sync.district.reference.problems import FileContent, RowProblem
from sync.district.store import imports, portraits
from sync.district.store.engine import Connection, Engine

MAX_FILES = 5_000
#: What file managers leave behind, on any system; hidden files and folders besides.
_LITTER = ("thumbs.db", "desktop.ini", "__macosx")


def import_portraits(
    engine: Engine, path: Path | None, now: datetime, *, remove: Sequence[str] = (), check: bool = False
) -> Outcome:
    """Imports what is at ``path``, if anything, and takes away the pictures of the officers in ``remove``.

    Who has a picture and is in neither keeps it. With ``check`` everything is done and then undone. Raises
    ``StoreUnavailable``, and ``OSError`` when ``path`` cannot be read.
    """
    return all_or_nothing(engine, PORTRAITS, lambda connection: _bring(connection, path, now, remove), check=check)


def _bring(connection: Connection, path: Path | None, now: datetime, remove: Sequence[str]) -> Outcome:
    present = portraits.pictures(connection)
    brought, problems = _matched(path, imports.officer_numbers(connection)) if path else ({}, [])
    with_one = {_plain(number): number for number in present}
    gone = {asked: with_one.get(_plain(asked), "") for asked in remove}
    problems += [
        RowProblem("import.portrait.none_to_remove", values={"number": asked}) for asked, one in gone.items() if not one
    ]
    if problems:
        return Outcome(PORTRAITS, FileContent((), tuple(problems)))
    rows = {number: picture for number, picture in brought.items() if present.get(number) != picture}
    taken_away = {number: "" for number in gone.values() if number not in brought}
    new = sum(number not in present for number in rows)
    revision = None
    if rows or taken_away:
        revision = portraits.write(connection, rows | taken_away, shown_name(path.name) if path else "", now)
    return Outcome(
        PORTRAITS, FileContent(()), new, len(rows) - new, len(brought) - len(rows), revision, removed=len(taken_away)
    )


def _matched(path: Path, officers: Iterable[str]) -> tuple[dict[str, str], list[RowProblem]]:
    """The picture (base64) of each officer whose photograph is at ``path``, and what is wrong with the other files."""
    numbers = {_plain(number): number for number in officers}
    pictures: dict[str, str] = {}
    names: dict[str, str] = {}
    problems: list[RowProblem] = []
    for name, data in _photographs(path):
        number = numbers.get(_plain(PurePosixPath(name).stem))
        try:
            picture = b64encode(squared(data)).decode()
        except Unfit as error:
            problems.append(RowProblem(error.key, values={"file": name, **error.values}))
            continue
        if number is None:
            problems.append(RowProblem("import.portrait.no_officer", values={"file": name}))
        elif number in pictures:
            problems.append(RowProblem("import.portrait.twice", values={"file": name, "first": names[number]}))
        else:
            pictures[number], names[number] = picture, name
    return pictures, problems


def _plain(number: str) -> str:
    return "".join(number.split()).upper()


def _photographs(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every file by its name inside, in order of the names, one at a time. Raises ``Unreadable`` or ``OSError``."""
    found = _folder(path) if path.is_dir() else _archive(path)
    empty = True
    for name, data in found:
        empty = False
        yield name, data
    if empty:
        raise Unreadable("import.portrait.empty")


def _folder(path: Path) -> Iterator[tuple[str, bytes]]:
    files = {file.relative_to(path).as_posix(): file for file in path.rglob("*") if file.is_file()}
    for name in _wanted(files):
        with files[name].open("rb") as file:
            yield name, file.read(MAX_BYTES + 1)


def _archive(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:  # a file nobody may read is no damaged archive
        yield from _unpacked(file)


def _unpacked(packed: BinaryIO) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(packed) as archive:
            members = {member.filename: member for member in archive.infolist() if not member.is_dir()}
            for name in _wanted(members):
                with archive.open(members[name]) as file:
                    yield name, file.read(MAX_BYTES + 1)
    except Unreadable:
        raise
    except ZIP_FAULTS as error:
        raise Unreadable("import.portrait.no_archive") from error


def _wanted(names: dict[str, Path] | dict[str, zipfile.ZipInfo]) -> list[str]:
    kept = [
        name
        for name in sorted(names)
        if not any(part.startswith(".") or part.lower() in _LITTER for part in PurePosixPath(name).parts)
    ]
    if len(kept) > MAX_FILES:
        raise Unreadable("import.portrait.too_many", most=MAX_FILES, n=len(kept))
    return kept
