"""Write an export to a folder, and write down who took it."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from sync.district.domain.audit import Audited, AuditEntry
from sync.district.export.lines import Format, lines
from sync.district.export.pseudonyms import namer
from sync.district.export.schema import ExportTable, tables_of
from sync.district.export.sealing import seal_stream
from sync.district.store.audit import AuditorKey, export_secret, note
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.store.export_rows import rows_of


class ExportOrder(Struct, frozen=True):
    """What somebody wants: an export, its days (both included), the format; with an auditor's key also what is finer
    than released groups, sealed to it. ``person`` and ``reason`` are written down."""

    export: str
    form: Format
    person: str
    first: date | None = None
    last: date | None = None
    key: AuditorKey | None = None
    reason: str = ""


class ExportedFile(Struct, frozen=True):
    """A file that was written: how many rows, and its SHA-256."""

    name: str
    rows: int
    sha256: str


def export(engine: Engine, order: ExportOrder, folder: Path, now: datetime) -> list[ExportedFile]:
    """Writes each table of the export as one file into a new folder (0700, files 0600), from one unchanging state of
    the database. That it begins is an audit entry before the first row is read, that it is whole another one.

    Raises ``OSError`` when the folder is there or cannot be written, ``StoreUnavailable``.
    """
    asked = {
        "export": order.export,
        "first": order.first and order.first.isoformat(),
        "last": order.last and order.last.isoformat(),
        "auditor": order.key and f"{order.key.name} ({order.key.key_id})",
    }
    with writing(engine) as connection:
        note(connection, AuditEntry(now, order.person, Audited.EXPORT, asked, order.reason))
    folder.mkdir(mode=0o700, parents=True)
    with reading(engine) as connection:
        tables = tables_of(order.export, for_auditors=order.key is not None)
        written = [_write(connection, order, table, folder) for table in tables]
    files = {each.name: {"rows": each.rows, "sha256": each.sha256} for each in written}
    with writing(engine) as connection:
        note(connection, AuditEntry(now, order.person, Audited.EXPORTED, asked | {"files": files}, order.reason))
    return written


def _write(connection: Connection, order: ExportOrder, table: ExportTable, folder: Path) -> ExportedFile:
    counted, digest = _Counted(), hashlib.sha256()
    name = namer(export_secret(connection))
    rows = counted.counting(rows_of(table.name, connection, order.first, order.last, name))
    texts: Iterable[bytes] = (line.encode() for line in lines(order.form, table.columns, rows))
    path = folder / f"{table.name}.{order.form}"
    if order.key is not None and table.for_auditors:
        path, texts = path.with_name(f"{path.name}.sealed"), seal_stream(texts, order.key.public_key)
    with path.open("xb") as file:
        path.chmod(0o600)
        for text in texts:
            digest.update(text)
            file.write(text)
    return ExportedFile(path.name, counted.n, digest.hexdigest())


class _Counted:
    """How many rows have gone by."""

    def __init__(self) -> None:
        self.n = 0

    def counting(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            self.n += 1
            yield row
